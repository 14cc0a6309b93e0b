import { utf8Decode } from '../crypto/encoding.js'
import { ALONE, SECRET_PAIR, WORDS } from './secret-names.js'

const NAME = `(?:[^"\\\\=\\n]{0,64}(?:${WORDS})[^"\\\\=\\n]{0,64}|${ALONE})`
const IN_JSON = new RegExp(`"${NAME}"\\s{0,16}:\\s{0,16}"((?:[^"\\\\]|\\\\.){1,4096})"`, 'gi')
const MOST_BODY = 262_144
const MOST_VALUES = 64

/** The values of a form or of JSON that are secrets by their names. */
export function secretsInBody(body: Uint8Array): readonly string[] {
  if (body.length > MOST_BODY) return []
  const text = utf8Decode(body) ?? ''
  if (/^\s*[[{]/.test(text)) return [...text.matchAll(IN_JSON)].slice(0, MOST_VALUES).map(([, value = '']) => value)
  if (!/^[\w.[\]%+-]{1,128}=/.test(text)) return []
  return text
    .split('&')
    .filter((pair) => SECRET_PAIR.test(pair))
    .slice(0, MOST_VALUES)
    .flatMap((pair) => [pair.slice(pair.indexOf('=') + 1), ...new URLSearchParams(pair).values()])
}
