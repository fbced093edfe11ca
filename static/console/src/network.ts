/** Whether the browser has a network, as far as it knows. */
import { readonly, ref } from 'vue'

const current = ref(navigator.onLine)

export const isOnline = readonly(current)

function follow(): void {
  current.value = navigator.onLine
}

window.addEventListener('online', follow)
window.addEventListener('offline', follow)
