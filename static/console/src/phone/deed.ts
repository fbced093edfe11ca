import { showToast } from 'vant'
import { ref } from 'vue'
import { useErrorText } from '../errors'

/** What a customer taps on: one thing at a time, and told when the server refuses it. */
export function useDeed() {
  const errorText = useErrorText()
  /** The name of what is being done. */
  const doing = ref('')

  async function act(name: string, deed: () => Promise<void>): Promise<void> {
    if (doing.value) return
    doing.value = name
    try {
      await deed()
    } catch (error) {
      showToast(errorText(error))
    }
    doing.value = ''
  }

  return { doing, act }
}
