/** What a list is asked for: it stands in the address, so that a reload and the way back keep it. */
import { computed, reactive, shallowRef, watch, type ShallowRef } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'

/** @param names of the filters; each is a text, empty where it is not set */
export function useAsked<Name extends string>(...names: Name[]) {
  const route = useRoute()
  const router = useRouter()
  const own = route.name
  const asked: ShallowRef<Partial<Record<Name, string>>> = shallowRef(read(route.query))

  function read(query: LocationQuery): Partial<Record<Name, string>> {
    const given = names.flatMap((name) => {
      const text = query[name]
      return typeof text === 'string' && text ? [[name, text]] : []
    })
    return Object.fromEntries(given) as Partial<Record<Name, string>>
  }

  // A field that is cleared gives no text at all.
  function ask(name: Name, text: string | null | undefined): void {
    void router.replace({ query: { ...route.query, [name]: text || undefined } })
  }

  watch(
    () => route.query,
    (query) => {
      // The address of the next page is there before this one is gone.
      if (route.name === own) asked.value = read(query)
    },
  )

  const fields = names.map((name) => {
    const field = computed<string>({
      get: () => asked.value[name] ?? '',
      set: (text) => {
        ask(name, text)
      },
    })
    return [name, field] as const
  })
  return {
    asked,
    /** The same for the fields of a form. */
    fields: reactive(Object.fromEntries(fields)) as unknown as Record<Name, string>,
  }
}
