import { expect, test } from 'vitest'
import { newPart, parsed, written } from '../src/admin/cases/parts'

test('a diary is edited as a row of parts, and written as the mini program shows it', () => {
  const parts = parsed(
    JSON.stringify([
      { type: 'title', data: ['开工'] },
      { type: 'content', data: '第一天' },
      { type: 'picture_url', data: ['statics/1.jpg', 'statics/2.jpg'] },
    ]),
  )
  expect(parts.map(({ kind, text }) => [kind, text])).toEqual([
    ['title', '开工'],
    ['content', '第一天'],
    ['picture_url', 'statics/1.jpg'],
    ['picture_url', 'statics/2.jpg'],
  ])
  expect(JSON.parse(written([...parts.slice(1, 3), newPart('content', ' ')]))).toEqual([
    { type: 'content', data: ['第一天'] },
    { type: 'picture_url', data: ['statics/1.jpg'] },
  ])
})

test('what the editor does not know stays as it is', () => {
  const content = JSON.stringify([{ type: 'video', data: { url: 'statics/1.mp4' } }, 'text', null])
  const parts = parsed(content)
  expect(parts.map(({ kind }) => kind)).toEqual(['other', 'other', 'other'])
  expect(written(parts)).toBe(content)
})
