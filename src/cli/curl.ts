import { utf8Decode } from '../crypto/encoding.js'
import { hasField } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { type Hidden, secretAt } from './screen.js'

/** A word for a POSIX shell: inside single quotes nothing has a meaning but the quote itself (XCU 2.2.2). */
export function quoted(text: string, hidden: readonly Hidden[] = []): string {
  // A secret is read by the shell that runs the line: it stands neither here nor in that shell's history.
  for (const { text: secret, shell } of hidden) {
    const at = secretAt(text, secret)
    if (at === -1) continue
    const [before, behind] = [text.slice(0, at), text.slice(at + secret.length)]
    return `${before && quoted(before, hidden)}${shell}${behind && quoted(behind, hidden)}`
  }
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** What curl adds by itself where it is not given, and how that is taken away. */
const UNASKED = ['Accept', 'User-Agent']

/** Bytes that no argument can hold, for `printf`, whose octal escapes every POSIX shell knows. */
const octal = (bytes: Uint8Array): string => [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')

/**
 * The curl command that sends this request: the same method, target, fields and body, byte for byte. What curl would add or
 * change by itself is switched off.
 */
export function curlOf(
  { method, scheme, authority, target, fields, body }: HttpRequest,
  hidden: readonly Hidden[] = [],
): string {
  const word = (part: string): string => quoted(part, hidden)
  const words: string[][] = []
  const bytes = body instanceof Uint8Array && body.length > 0 ? body : undefined
  // -X HEAD would wait for a body that never comes.
  words.push(method === 'HEAD' ? ['--head'] : ['--request', method])
  for (let i = 0; i < fields.length; i += 2) {
    const [name = '', value = ''] = [fields[i], fields[i + 1]]
    // Both of them by curl, from the URL and the body.
    if (/^(?:host|content-length)$/i.test(name)) continue
    // "Name:" would take the field away: an empty one is written with a semicolon.
    words.push(['--header', value === '' ? `${name};` : `${name}: ${value}`])
  }
  for (const name of UNASKED) if (!hasField(fields, name)) words.push(['--header', `${name}:`])
  const text = bytes && !bytes.includes(0) ? utf8Decode(bytes) : undefined
  if (bytes !== undefined) {
    if (!hasField(fields, 'content-type')) words.push(['--header', 'Content-Type:'])
    words.push(['--header', 'Expect:'])
    // A text that begins with @ would be read as the name of a file; --data-raw takes it as it is.
    words.push(text === undefined ? ['--data-binary', '@-'] : ['--data-raw', text])
  } else if (/^(?:POST|PUT|PATCH)$/.test(method)) words.push(['--header', 'Content-Length: 0'])
  const lines = ['curl --silent --show-error --globoff --path-as-is', ...words.map((line) => line.map(word).join(' '))]
  const command = [...lines, word(`${scheme}://${authority}${target}`)].join(' \\\n  ')
  return bytes !== undefined && text === undefined ? `printf ${quoted(octal(bytes))} | ${command}` : command
}
