/** Times and money as the page's language writes them. */
import { useI18n } from 'vue-i18n'

/** Canada's English writes days as 2026-11-22, which nobody takes for another one. */
const LOCALES = { zh: 'zh-CN', en: 'en-CA' } as const

/** Now, as the server writes times: by the wall clock of Asia/Shanghai. */
export function serverNow(): string {
  return new Date().toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' })
}

export function useFormats() {
  const { locale } = useI18n()
  const language = () => (locale.value === 'en' ? LOCALES.en : LOCALES.zh)

  return {
    /** An amount of yuan, which comes as text with at most two decimals. */
    money: (yuan: string) =>
      new Intl.NumberFormat(language(), {
        style: 'currency',
        currency: 'CNY',
        currencyDisplay: 'narrowSymbol',
      }).format(Number(yuan)),

    /** A time as the server writes it, which is the wall clock of Asia/Shanghai everywhere. */
    moment: (text: string, hasSeconds = false) =>
      new Intl.DateTimeFormat(language(), {
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        ...(hasSeconds && { second: '2-digit' }),
        hourCycle: 'h23',
        timeZone: 'UTC',
      }).format(new Date(`${text.replace(' ', 'T')}Z`)),
  }
}
