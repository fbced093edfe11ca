import { computed } from 'vue'
import { customers, type CustomerFile } from '../../api/customers'
import { useDesk } from '../../desk'
import { useList } from '../../list'

/** A rep's file of a customer, read again when anybody has done something. */
export function useFile(customerId: () => number | undefined) {
  const desk = useDesk()
  const { rows, error, isLoading, refresh } = useList<CustomerFile>(
    async () => {
      const id = customerId()
      return id === undefined ? { ret_data: [], data_count: 0 } : customers.file(id)
    },
    [() => desk.changes.radar],
    [customerId],
  )
  return { file: computed(() => rows.value?.[0]), error, isLoading, refresh }
}
