import { nextTick, ref } from 'vue'
import { expect, test } from 'vitest'
import { useDraft } from '../src/draft'

test('a draft keeps what was typed when the server says something new, and follows in the rest', async () => {
  const said = ref({ name: '孟小满', phone: '' })
  const { draft, changes } = useDraft(() => said.value)
  draft.phone = '139'
  said.value = { name: '孟女士', phone: '13900000001' }
  await nextTick()
  expect(draft).toEqual({ name: '孟女士', phone: '139' })
  expect(changes.value).toEqual({ phone: '139' })
})

test('a draft has changed nothing once the server has taken it, but for what was typed meanwhile', () => {
  const { draft, changes, isChanged, taken } = useDraft(() => ({ name: '', phone: '' }))
  draft.name = '小满'
  const sent = { ...changes.value }
  draft.phone = '139'
  taken(sent)
  expect(changes.value).toEqual({ phone: '139' })
  draft.phone = ''
  expect(isChanged.value).toBe(false)
})

test('a draft goes back to what the server says', () => {
  const { draft, reset } = useDraft(() => ({ name: '小满' }))
  draft.name = ''
  reset()
  expect(draft.name).toBe('小满')
})
