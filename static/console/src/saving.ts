/** Something that the server is to keep: that it is under way, is kept, or was refused and why. */
import { ElMessage } from 'element-plus'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from './api/client'
import { useErrorText } from './errors'

/**
 * @param fields the names on the wire of the fields that show their own complaint; what is wrong
 *   with anything else is told as a message
 */
export function useSaving(...fields: string[]) {
  const { t } = useI18n()
  const errorText = useErrorText()
  const isBusy = ref(false)
  const complaints = ref<Partial<Record<string, string>>>({})

  /** Have it kept, unless something is under way; whether it was. */
  async function save(call: () => Promise<unknown>, told = t('saved')): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    complaints.value = {}
    try {
      await call()
      ElMessage.success(told)
      return true
    } catch (error) {
      const errors = error instanceof ApiError ? error.errors : {}
      complaints.value = errors
      if (!fields.some((field) => field in errors)) ElMessage.error(errorText(error))
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, complaints, save }
}
