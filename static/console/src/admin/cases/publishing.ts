/** Cases and diaries: published, withdrawn and deleted from their lists. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAction } from '../../action'
import { Publication } from '../../api/library'
import { useAsk } from '../ask'

interface Shelf {
  setStatus: (id: number, status: number) => Promise<unknown>
  remove: (id: number) => Promise<unknown>
}

/** @param refresh reads the list again */
export function usePublishing(shelf: Shelf, refresh: () => Promise<unknown>) {
  const { t } = useI18n()
  const { isBusy, run } = useAction()
  const ask = useAsk()

  const statuses = computed(() =>
    Object.values(Publication).map((status) => ({
      value: String(status),
      label: t(`publication.statuses.${status}`),
    })),
  )

  async function change(action: () => Promise<unknown>, told: string): Promise<void> {
    if (await run(action, told)) await refresh()
  }

  function toggle(id: number, status: number): Promise<void> {
    return status === Publication.PUBLISHED
      ? change(() => shelf.setStatus(id, Publication.DRAFT), t('publication.withdrawn'))
      : change(() => shelf.setStatus(id, Publication.PUBLISHED), t('publication.published'))
  }

  async function remove(id: number, question: string): Promise<void> {
    if (await ask(question)) await change(() => shelf.remove(id), t('publication.deleted'))
  }

  return { statuses, isBusy, toggle, remove }
}
