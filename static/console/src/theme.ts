/** Light or dark, as the system has it. */
import { readonly, ref } from 'vue'

const system = matchMedia('(prefers-color-scheme: dark)')
const current = ref(system.matches)

/** Whether it is dark. */
export const isDark = readonly(current)

function follow(): void {
  current.value = system.matches
  document.documentElement.classList.toggle('dark', system.matches)
}

system.addEventListener('change', follow)
follow()
