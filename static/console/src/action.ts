/** What a person does: busy meanwhile, told when it is done, refused at the fields or in a message. */
import { ElMessage } from 'element-plus'
import { ref, shallowRef } from 'vue'
import { ApiError } from './api/client'
import { useErrorText } from './errors'

export function useAction() {
  const errorText = useErrorText()
  const isBusy = ref(false)
  /** What is wrong with each field, by its name on the wire. */
  const errors = shallowRef<Record<string, string>>({})

  /**
   * Do something, unless something is done already.
   *
   * @param told what is said when it is done
   * @returns whether it is done
   */
  async function run(action: () => Promise<unknown>, told?: string): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    errors.value = {}
    try {
      await action()
      if (told) ElMessage.success(told)
      return true
    } catch (error) {
      if (error instanceof ApiError) errors.value = error.errors
      ElMessage.error(errorText(error))
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, errors, run }
}
