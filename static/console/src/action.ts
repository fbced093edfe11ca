/** What a person does: busy meanwhile, told when it is done, refused at the fields or in a message. */
import { ElMessage } from 'element-plus'
import { ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from './api/client'
import { useErrorText } from './errors'

/**
 * @param fields the names on the wire of the fields that show what is wrong with them; what is
 *   wrong with anything else is told as a message
 */
export function useAction(...fields: string[]) {
  const { t } = useI18n()
  const errorText = useErrorText()
  const isBusy = ref(false)
  /** What is wrong with each field, by its name on the wire. */
  const errors = shallowRef<Partial<Record<string, string>>>({})

  /**
   * Do something, unless something is done already.
   *
   * @param told what is said when it is done
   * @returns whether it is done
   */
  async function run(action: () => Promise<unknown>, told?: string): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    errors.value = {}
    try {
      await action()
      if (told) ElMessage.success(told)
      return true
    } catch (error) {
      const wrong = error instanceof ApiError ? error.errors : {}
      errors.value = wrong
      if (!fields.some((field) => field in wrong)) ElMessage.error(errorText(error))
      return false
    } finally {
      isBusy.value = false
    }
  }

  /** Have something kept; that it is, is told. */
  function save(action: () => Promise<unknown>): Promise<boolean> {
    return run(action, t('saved'))
  }

  return { isBusy, errors, run, save }
}
