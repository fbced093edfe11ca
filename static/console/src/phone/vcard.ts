/** A card as a file that address books read (RFC 2426). */
import type { ShownCard } from '../api/miniCard'

export function vcard(card: ShownCard): string {
  const given: [name: string, value: string][] = [
    ['N', `${escaped(card.username)};;;;`],
    ['FN', escaped(card.username)],
    ['ORG', escaped(card.company)],
    ['TITLE', escaped(card.position)],
    ['TEL;TYPE=CELL', escaped(card.mingpian_phone)],
    ['EMAIL', escaped(card.email)],
    ['ADR;TYPE=WORK', `;;${escaped(card.area + card.address)};;;;`],
  ]
  const lines = given.map(([name, value]) => `${name}:${value}`)
  return ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n')
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
}
