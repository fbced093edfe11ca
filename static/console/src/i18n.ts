import { createI18n } from 'vue-i18n'
import { en } from './locales/en'
import { zh } from './locales/zh'

export const LANGUAGES = { zh: '中文', en: 'English' } as const
export type Language = keyof typeof LANGUAGES

const KEY = 'zhuge.language'

export const i18n = createI18n({
  legacy: false,
  locale: localStorage.getItem(KEY) === 'en' ? 'en' : 'zh',
  messages: { zh, en },
})

export function speak(language: Language): void {
  i18n.global.locale.value = language
  localStorage.setItem(KEY, language)
  show()
}

/** Tell the browser which language the page is in. */
export function show(): void {
  document.documentElement.lang = i18n.global.locale.value === 'zh' ? 'zh-CN' : 'en'
  document.title = i18n.global.t('product')
}
