import { expect, test } from 'vitest'
import { memberBytes } from '../../../src/message/sf-bare.js'
import { parseDictionary } from '../../../src/message/structured-fields.js'

/** What the strict parser makes of a text that is one member with bytes and no parameters. */
const strict = (text: string, name: string): Uint8Array | undefined => {
  try {
    const [[label, member] = [], ...more] = parseDictionary(text, { strictBinary: true })
    const isOne = label === name && more.length === 0 && member?.kind === 'item' && member.params.length === 0
    return isOne && member.value.type === 'binary' ? member.value.value : undefined
  } catch {
    return undefined
  }
}

const RIGHT = ['::', ':AA==:', ':AAA=:', ':AAAA:', ':+/+/:', `:${'QUJD'.repeat(30)}:`]
const WRONG = [
  ':',
  '',
  'AAAA:',
  ':AAAA',
  ':AAA:',
  ':AA=:',
  ':A===:',
  ':AB==:',
  ':AAB=:',
  ':AA A:',
  ':_-_-:',
  ':é===:',
  '1',
]

test('the bytes of a member that is all of a text are what the strict parser reads there', () => {
  for (const text of [...RIGHT, ...WRONG]) {
    expect(memberBytes(`sig=${text}`, 'sig'), text).toEqual(strict(`sig=${text}`, 'sig'))
    expect(memberBytes(`sig=${text}`, 'sig') instanceof Uint8Array, text).toBe(RIGHT.includes(text))
  }
})

test('and there are none in a text that is anything more, or under another name', () => {
  for (const text of RIGHT) {
    for (const behind of [' ', ';a', ',', ':', 'A', ':AAAA:', `, b=${text}`])
      expect(memberBytes(`sig=${text}${behind}`, 'sig'), text + behind).toBeUndefined()
    for (const before of [' sig', 'sig1', 'Sig', 'si', 'sig;x', 'sig=?1;x', 'a, sig'])
      expect(memberBytes(`${before}=${text}`, 'sig'), before).toBeUndefined()
    expect(memberBytes(text, 'sig')).toBeUndefined()
  }
})
