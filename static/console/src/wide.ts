/** Whether there is room for a third column. */
import { readonly, ref } from 'vue'

const room = matchMedia('(min-width: 1100px)')
const current = ref(room.matches)

export const isWide = readonly(current)

room.addEventListener('change', () => {
  current.value = room.matches
})
