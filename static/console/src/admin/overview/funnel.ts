/** The way of customers from a look at the card to an order, by their actions. */

/** What is no step towards an order, praise say, is in none of them. */
const ACTIONS = {
  looked: [1],
  interested: [2, 3, 4, 11, 21, 22],
  contacted: [5, 7, 8, 10, 12],
  ordered: [18],
} as const

type StageName = keyof typeof ACTIONS

export interface Stage {
  name: StageName
  count: number
  /** What it is made of, if of more than one thing: the most frequent first. */
  parts: { action: number; count: number }[]
}

export function stagesOf(counts: Partial<Record<number, number>>): Stage[] {
  return (Object.keys(ACTIONS) as StageName[]).map((name) => {
    const done = ACTIONS[name]
      .map((action) => ({ action, count: counts[action] ?? 0 }))
      .filter((part) => part.count)
      .sort((one, other) => other.count - one.count)
    const count = done.reduce((total, part) => total + part.count, 0)
    return { name, count, parts: ACTIONS[name].length > 1 ? done : [] }
  })
}
