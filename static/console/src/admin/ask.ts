/** Ask before something is deleted for ever. */
import { ElMessageBox } from 'element-plus'
import { useI18n } from 'vue-i18n'

export function useAsk(): (question: string) => Promise<boolean> {
  const { t } = useI18n()
  return async (question) => {
    try {
      await ElMessageBox.confirm(question, t('remove'), {
        confirmButtonText: t('remove'),
        cancelButtonText: t('cancel'),
        confirmButtonClass: 'el-button--danger',
        type: 'warning',
      })
      return true
    } catch {
      return false
    }
  }
}
