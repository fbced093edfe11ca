/** Times of the server, which are Shanghai's without saying so, as the page's language has them. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

const timeZone = 'Asia/Shanghai'

export function useTimes() {
  const { locale } = useI18n()
  const formats = computed(() => {
    const language = locale.value === 'zh' ? 'zh-CN' : 'en-GB'
    const make = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(language, { timeZone, ...options })
    return {
      weekday: make({ dateStyle: 'full' }),
      day: make({ dateStyle: 'long' }),
      moment: make({ dateStyle: 'medium', timeStyle: 'short' }),
    }
  })
  const read = (text: string) => new Date(`${text}+08:00`)

  return {
    weekday: (text: string) => formats.value.weekday.format(read(text)),
    day: (text: string) => formats.value.day.format(read(text)),
    moment: (text: string) => formats.value.moment.format(read(text)),
  }
}
