import { ElMessageBox } from 'element-plus'
import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'

/** Ask before the page goes away with something that is not saved. */
export function useLeaving(isUnsaved: () => boolean): void {
  const { t } = useI18n()

  async function mayGo(): Promise<boolean> {
    if (!isUnsaved()) return true
    try {
      await ElMessageBox.confirm(t('customer.unsaved'), {
        confirmButtonText: t('customer.discard'),
        cancelButtonText: t('customer.stay'),
      })
      return true
    } catch {
      return false
    }
  }

  onBeforeRouteUpdate(mayGo)
  onBeforeRouteLeave(mayGo)
}
