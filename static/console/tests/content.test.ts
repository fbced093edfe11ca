import { expect, it } from 'vitest'
import { partsOf } from '../src/phone/library/content'

it('reads titles, paragraphs and pictures in their order', () => {
  const parts = [
    { type: 'title', data: ['三版方案'] },
    { type: 'content', data: ['一', '二'] },
    { type: 'picture_url', data: ['statics/a.jpg'] },
  ]
  expect(partsOf(JSON.stringify(parts))).toEqual(parts)
})

it('takes one text for a list of one, and one part for a list of one', () => {
  expect(partsOf('{"type": "content", "data": "一"}')).toEqual([{ type: 'content', data: ['一'] }])
})

it('passes over what it does not understand', () => {
  const strange = [
    { type: 'video_url', data: ['a.mp4'] },
    { type: ['content'], data: ['x'] },
    { type: 'content' },
    { type: 'content', data: [1, '一', null, { html: '<b>' }] },
    'text',
    null,
    [],
  ]
  expect(partsOf(JSON.stringify(strange)).flatMap(({ data }) => data)).toEqual(['一'])
  expect(partsOf('')).toEqual([])
})
