import { expect, test } from 'vitest'
import { stagesOf } from '../src/admin/overview/funnel'
import { firstDay, growth } from '../src/admin/overview/days'

test('the stages have what belongs to them, the most frequent first, and nothing else', () => {
  const stages = stagesOf({ 1: 9, 2: 3, 4: 5, 6: 7, 8: 2, 9: 4, 18: 1 })
  expect(stages.map(({ name, count }) => [name, count])).toEqual([
    ['looked', 9],
    ['interested', 8],
    ['contacted', 2],
    ['ordered', 1],
  ])
  expect(stages[0]?.parts).toEqual([])
  expect(stages[1]?.parts).toEqual([
    { action: 4, count: 5 },
    { action: 2, count: 3 },
  ])
})

test('a week is compared with the week before it', () => {
  const line = Array.from({ length: 15 }, (_, value) => ({ value }))
  expect(growth(line)).toBe(49)
})

test('days begin in Shanghai', () => {
  expect(firstDay(7, Date.parse('2024-02-29T15:59:59Z'))).toBe('2024-02-23')
  expect(firstDay(7, Date.parse('2024-02-29T16:00:00Z'))).toBe('2024-02-24')
})
