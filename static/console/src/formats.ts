/** How money and times are written, in the page's language. */
import { useI18n } from 'vue-i18n'

/** The server's times say no zone: they are all of this one. */
const ZONE = 'Asia/Shanghai'
const OFFSET = '+08:00'

/** The moment that a time of the server's is. */
export function timeOf(text: string): Date {
  return new Date(text.replace(' ', 'T') + OFFSET)
}

export function useFormats() {
  const { locale } = useI18n()
  const tag = () => (locale.value === 'zh' ? 'zh-CN' : 'en-GB')

  function time(text: string, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(tag(), { timeZone: ZONE, ...options }).format(timeOf(text))
  }

  return {
    /** @param yuan as the server has it, such as `459.00` */
    money: (yuan: string | number) =>
      new Intl.NumberFormat(tag(), {
        style: 'currency',
        currency: 'CNY',
        currencyDisplay: 'narrowSymbol',
      }).format(Number(yuan)),
    day: (text: string) => time(text, { dateStyle: 'long' }),
    moment: (text: string) => time(text, { dateStyle: 'medium', timeStyle: 'short' }),
  }
}
