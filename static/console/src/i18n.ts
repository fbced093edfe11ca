/** The language of the page: Chinese, unless somebody has chosen English in this browser. */
import { createI18n } from 'vue-i18n'
import type { Language } from './texts/languages'

const KEY = 'zhuge.language'

function chosen(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
}

/** Choose a language, for all pages of this browser. */
export function speak(language: Language): void {
  localStorage.setItem(KEY, language)
  // The other pages are told by the browser, this one is not.
  window.dispatchEvent(new StorageEvent('storage', { key: KEY }))
}

/** Make the plugin that speaks the chosen language, and have the page follow when it changes. */
export function makeI18n<T extends { product: string }>(texts: Record<Language, T>) {
  const i18n = createI18n({
    legacy: false,
    locale: chosen(),
    messages: texts,
  })

  function follow(): void {
    const language = chosen()
    i18n.global.locale.value = language
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.title = texts[language].product
  }

  window.addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) follow()
  })
  follow()
  return i18n
}
