/** The page's colours for what is drawn on a canvas, which knows no CSS variables. */
import { computed } from 'vue'
import { isDark } from '../../theme'

const NAMES = ['panel', 'line', 'text', 'muted', 'accent', 'accent-soft'] as const

export function usePalette() {
  return computed(() => {
    const style = getComputedStyle(document.documentElement)
    const colours = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])
    return {
      // The colours change with it; its class is set before anything is computed anew.
      isDark: isDark.value,
      ...(Object.fromEntries(colours) as Record<(typeof NAMES)[number], string>),
      font: getComputedStyle(document.body).fontFamily,
    }
  })
}
