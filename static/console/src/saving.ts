/** Something that the server is to keep: that it is under way, is kept, or was refused and why. */
import { ElMessage } from 'element-plus'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from './api/client'
import { useErrorText } from './errors'

/**
 * @param fields the names on the wire of the fields that show what is wrong with them; what is
 *   wrong with anything else is told as a message
 */
export function useSaving(...fields: string[]) {
  const { t } = useI18n()
  const errorText = useErrorText()
  const isBusy = ref(false)
  /** What is wrong with each field, by its name on the wire. */
  const errors = ref<Partial<Record<string, string>>>({})

  /** Have it kept, unless something is under way; whether it was. */
  async function save(call: () => Promise<unknown>, told = t('saved')): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    errors.value = {}
    try {
      await call()
      ElMessage.success(told)
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

  return { isBusy, errors, save }
}
