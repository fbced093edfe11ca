/** The languages, and texts that are in both. */

export const LANGUAGES = { zh: '中文', en: 'English' } as const
export type Language = keyof typeof LANGUAGES

/** The texts of an area; the second language must say what the first one says. */
export function inBoth<T extends object>(zh: T, en: NoInfer<T>): Record<Language, T> {
  return { zh, en }
}
