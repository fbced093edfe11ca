/** What a person is changing, over what the server says, which may change meanwhile. */
import { computed, reactive, shallowRef, watch, type ShallowRef } from 'vue'

/**
 * A copy of what the server says, to be changed.
 *
 * What the person has changed stays when the server says something new; the rest follows.
 */
export function useDraft<T extends object>(said: () => T) {
  const known = shallowRef({ ...said() }) as ShallowRef<T>
  const draft = reactive({ ...said() }) as T
  const names = Object.keys(draft) as (keyof T)[]

  watch(said, (now) => {
    for (const name of names) if (draft[name] === known.value[name]) draft[name] = now[name]
    known.value = { ...now }
  })

  const changes = computed(() => {
    const changed = names.filter((name) => draft[name] !== known.value[name])
    return Object.fromEntries(changed.map((name) => [name, draft[name]])) as Partial<T>
  })

  return {
    draft,
    changes,
    isChanged: computed(() => Object.keys(changes.value).length > 0),

    /** Note that the server has taken these changes. */
    taken: (sent: Partial<T>): void => {
      known.value = { ...known.value, ...sent }
    },

    reset: (): void => {
      Object.assign(draft, known.value)
    },
  }
}
