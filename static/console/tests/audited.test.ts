import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { calls } from '../src/texts/audited'

const LIST = new URL('../../../tests/contract/audited.txt', import.meta.url)

function names(tree: object, root = ''): string[] {
  return Object.entries(tree).flatMap(([name, below]) =>
    typeof below === 'string' ? [root + name] : names(below as object, `${root}${name}.`),
  )
}

test('every call that leaves an entry in the audit log has a name on the page', () => {
  const audited = readFileSync(LIST, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#') && !line.includes('not, as it says'))
    .map((line) => line.split(/\s+/)[0])
  expect(names(calls.zh).toSorted()).toEqual(audited.toSorted())
})
