import { useI18n } from 'vue-i18n'
import { ApiError, Code } from './api/client'

/** What to tell a person about an error. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useI18n()
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.unknown')
    if (error.code === Code.UNREACHABLE) return t('error.unreachable')
    return error.message || t('error.unknown')
  }
}
