import { expect, test } from 'vitest'
import { lastBytes } from '../../../src/message/sf-bare.js'
import { parseItem } from '../../../src/message/structured-fields.js'

const strict = (text: string): Uint8Array | undefined => {
  try {
    const { value, params } = parseItem(text, { strictBinary: true })
    return value.type === 'binary' && params.length === 0 ? value.value : undefined
  } catch {
    return undefined
  }
}

test('a byte sequence at the end of a text is what the strict parser reads there', () => {
  const texts = ['::', ':AA==:', ':AAA=:', ':AAAA:', ':+/+/:', `:${'QUJD'.repeat(30)}:`]
  const wrong = [
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
  ]
  for (const text of [...texts, ...wrong]) {
    expect(lastBytes(text, 0), text).toEqual(strict(text))
    expect(lastBytes(`sig=${text}`, 4), text).toEqual(strict(text))
  }
  for (const text of texts) {
    expect(lastBytes(text, 0), text).toBeInstanceOf(Uint8Array)
    for (const behind of [' ', ';a', ',', ':', 'A', ':AAAA:']) expect(lastBytes(text + behind, 0), text).toBeUndefined()
  }
  expect(lastBytes(':AAAA:', 6)).toBeUndefined()
})
