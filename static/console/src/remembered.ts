/** What this browser remembers of how a person likes the page. */
import { ref, watch, type Ref } from 'vue'

/** One of some words, kept under a key. */
export function useRemembered<Word extends string>(
  key: string,
  words: readonly [Word, ...Word[]],
): Ref<Word> {
  const kept = localStorage.getItem(key)
  const word = ref(words.find((each) => each === kept) ?? words[0]) as Ref<Word>
  watch(word, (now) => {
    localStorage.setItem(key, now)
  })
  return word
}
