import { utf8Decode } from '../crypto/encoding.js'
import type { Bytes } from '../crypto/key.js'
import { harmless } from './screen.js'
import type { Paint } from './world.js'

/** The text that is signed. It holds no key: a scheme puts secrets into the key call alone. */
export const baseText = (base: Bytes): string =>
  typeof base === 'string' ? base : (utf8Decode(base) ?? Buffer.from(base).toString('hex'))

/** The base for people, line by line, so that a missing or an additional line break is seen. */
export function printBase(base: Bytes, paint: Paint): string {
  const text = baseText(base)
  const lines = text.split('\n').map((line) => `${paint('dim', '  |')} ${harmless(line.replaceAll('\r', '\\r'))}\n`)
  return `${paint('bold', 'signature base')} (${Buffer.byteLength(text)} bytes)\n${lines.join('')}`
}
