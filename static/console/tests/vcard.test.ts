import { expect, it } from 'vitest'
import type { ShownCard } from '../src/api/miniCard'
import { vcard } from '../src/phone/vcard'

const CARD = {
  username: '许文清',
  company: 'Oak; Sons, Ltd',
  position: '顾问\n店长',
  mingpian_phone: '13800000001',
  email: 'a@example.com',
  area: '杭州',
  address: 'C:\\18',
} as ShownCard

it('writes a card as address books read it', () => {
  expect(vcard(CARD).split('\r\n')).toEqual([
    'BEGIN:VCARD',
    'VERSION:3.0',
    'N:许文清;;;;',
    'FN:许文清',
    'ORG:Oak\\; Sons\\, Ltd',
    'TITLE:顾问\\n店长',
    'TEL;TYPE=CELL:13800000001',
    'EMAIL:a@example.com',
    'ADR;TYPE=WORK:;;杭州C:\\\\18;;;;',
    'END:VCARD',
    '',
  ])
})
