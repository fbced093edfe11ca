/** The one desk of whoever is signed in, for all views below the shell. */
import { inject, type InjectionKey } from 'vue'
import type { Desk } from './chat/desk'

export const DESK: InjectionKey<Desk> = Symbol('desk')

export function useDesk(): Desk {
  const desk = inject(DESK)
  if (!desk) throw new Error('no desk here')
  return desk
}
