/**
 * A form as it is filled in: what is not saved yet, and what was refused. It is not left by mistake.
 */
import { ElMessageBox } from 'element-plus'
import { computed, onUnmounted, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { useAction } from './action'
import { session } from './session'

/** @param empty what the form has before it is filled */
export function useForm<Draft>(empty: Draft) {
  const { t } = useI18n()
  const { isBusy, errors, save: keep } = useAction()
  const draft = ref(empty) as Ref<Draft>
  const kept = ref(JSON.stringify(empty))
  const isDirty = computed(() => JSON.stringify(draft.value) !== kept.value)

  /** Show what is stored. */
  function fill(found: Draft): void {
    draft.value = found
    kept.value = JSON.stringify(found)
    errors.value = {}
  }

  /**
   * Send the draft.
   *
   * @returns whether it was taken; if not, the person was told why and everything stays as it is
   */
  async function save(send: (draft: Draft) => Promise<unknown>): Promise<boolean> {
    const sent = JSON.stringify(draft.value)
    const isKept = await keep(() => send(draft.value))
    if (isKept) kept.value = sent
    return isKept
  }

  /** Ask before changes are dropped. */
  async function mayLeave(): Promise<boolean> {
    if (!isDirty.value || !session.isOpen.value) return true
    try {
      await ElMessageBox.confirm(t('form.leave'), t('form.leaveTitle'), {
        confirmButtonText: t('form.discard'),
        cancelButtonText: t('form.stay'),
        type: 'warning',
      })
      return true
    } catch {
      return false
    }
  }

  function hold(event: BeforeUnloadEvent): void {
    if (isDirty.value) event.preventDefault()
  }

  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate(mayLeave)
  window.addEventListener('beforeunload', hold)
  onUnmounted(() => {
    window.removeEventListener('beforeunload', hold)
  })

  return { draft, isDirty, isBusy, errors, fill, save, mayLeave }
}
