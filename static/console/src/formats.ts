/** How money and times are written, in the page's language. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

/** The server's times say no zone: they are all of this one. */
const ZONE = 'Asia/Shanghai'
const OFFSET = '+08:00'
const LOCALES = { zh: 'zh-CN', en: 'en-CA' } as const
/** In English a moment is written as Sweden does, 2026-11-22 10:14: nobody takes it for another. */
const MOMENTS = { zh: 'zh-CN', en: 'sv-SE' } as const
const MINUTES = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const

/** The moment that a time of the server's is. */
export function timeOf(text: string): Date {
  return new Date(text.replace(' ', 'T') + OFFSET)
}

/** Now, as the server writes times. */
export function serverNow(): string {
  return new Date().toLocaleString('sv-SE', { timeZone: ZONE })
}

export function useFormats() {
  const { locale } = useI18n()
  const formats = computed(() => {
    const spoken = locale.value === 'zh' ? 'zh' : 'en'
    const language = LOCALES[spoken]
    const times = (options: Intl.DateTimeFormatOptions, of: string = language) =>
      new Intl.DateTimeFormat(of, { timeZone: ZONE, ...options })
    return {
      money: new Intl.NumberFormat(language, {
        style: 'currency',
        currency: 'CNY',
        currencyDisplay: 'narrowSymbol',
      }),
      weekday: times({ dateStyle: 'full' }),
      day: times({ dateStyle: 'long' }),
      moment: times(MINUTES, MOMENTS[spoken]),
      second: times({ ...MINUTES, second: '2-digit' }, MOMENTS[spoken]),
    }
  })

  return {
    /** @param yuan as the server has it, such as `459.00` */
    money: (yuan: string | number) => formats.value.money.format(Number(yuan)),
    weekday: (text: string) => formats.value.weekday.format(timeOf(text)),
    day: (text: string) => formats.value.day.format(timeOf(text)),
    moment: (text: string, hasSeconds = false) =>
      formats.value[hasSeconds ? 'second' : 'moment'].format(timeOf(text)),
  }
}
