import { hex, utf8Decode } from '../crypto/encoding.js'
import type { Bytes } from '../crypto/key.js'
import { linesOf } from './base-lines.js'
import type { Finding, SignatureVerdict } from './diagnosis.js'
import { likely } from './finding.js'
import type { Found } from './hunt.js'
import { shownTexts } from './refusals/shown-texts.js'
import type { Subject } from './search.js'

/** What is signed, as text; in hexadecimal where it is none. */
export const shownText = (base: Bytes): string => (typeof base === 'string' ? base : (utf8Decode(base) ?? hex(base)))

/** What the text to sign of the other side says, where it differs. */
export function textFindings(
  found: Found | undefined,
  shown: string | undefined,
  expected: Bytes | undefined,
  signature: SignatureVerdict,
): readonly Finding[] {
  if (shown === undefined || expected === undefined) return []
  if (shown === expected) return signature === 'fits' ? [] : [SAME]
  if (found !== undefined)
    return found.made.map(({ id, cause, fix, detail }) =>
      likely(
        id,
        cause,
        `${detail === '' ? 'With this change' : detail}: the text to sign becomes the one that the other side shows.`,
        fix,
      ),
    )
  if (isOtherHash(shownText(expected), shown)) return [OTHER_BODY]
  const field = fieldThatDiffers(shownText(expected), shown)
  return [
    likely(
      field === undefined
        ? 'text-differs'
        : field === 'host' && isPortAlone(shownText(expected), shown)
          ? 'host-port'
          : `${field}-other`,
      `The other side signs another text${differences(shownText(expected), shown)}.`,
      'Its text differs from that of this request where it is marked.',
      field === undefined
        ? 'Compare the two texts: what is in only one of them was changed, added or taken away on the way, or signed as something else.'
        : `The value of ${field} alone differs: a proxy, a gateway or the HTTP client sends another one than was signed. Do not sign a header that changes on the way, or sign the value that arrives.`,
    ),
  ]
}

/** The header whose line is the only one that differs, by its value. */
export function fieldThatDiffers(expected: string, shown: string | undefined): string | undefined {
  const [line, ...others] = linesOf(expected, shown).filter(({ kind }) => kind !== 'same')
  if (line?.kind !== 'differs' || others.length > 0) return undefined
  const [one, two] = [line.expected, line.signed].map((text) => /^([a-z][a-z0-9-]*):/.exec(text ?? '')?.[1])
  return one === two ? one : undefined
}

/** True where the port of the host alone differs. */
function isPortAlone(expected: string, shown: string): boolean {
  const withoutPort = (text: string): string => text.replace(/^(host:.*):\d{1,5}$/m, '$1')
  return withoutPort(expected) === withoutPort(shown)
}

/** True where the line with the hash of the body is the only one that differs. */
function isOtherHash(expected: string, shown: string): boolean {
  const [line, ...others] = linesOf(expected, shown).filter(({ kind }) => kind !== 'same')
  const hash = /^[0-9a-f]{64}$/
  return others.length === 0 && hash.test(line?.expected ?? '') && hash.test(line?.signed ?? '')
}

const OTHER_BODY: Finding = /* @__PURE__ */ likely(
  'payload-other',
  'The other side has hashed another body: the line with its hash is the only one that differs.',
  'Its text differs from that of this request in a hash of SHA-256 alone.',
  'Hash the bytes that leave: behind every compression (Content-Encoding: gzip) and serialisation, and let nothing change the body behind the signer.',
)

const SAME: Finding = /* @__PURE__ */ likely(
  'text-same',
  'The other side signs the very text that this request makes: it has arrived as it was sent, and the sender has signed another text, or with another secret.',
  'The text to sign that it shows is that of this request.',
  'Compare it with the text that your program signs, character by character; if they are the same, check that key and secret belong together and to this environment, and that the secret has no white space.',
)

const MOST_SHOWN = 80
const quoted = (text: string | undefined): string =>
  text === undefined ? 'absent' : JSON.stringify(text.slice(0, MOST_SHOWN))

/** The first line that differs, by its name where it has one. */
function differences(expected: string, shown: string): string {
  const line = linesOf(expected, shown).find(({ kind }) => kind !== 'same')
  if (line === undefined || !expected.includes('\n')) return ''
  const name = /^"?([@a-z][a-z0-9-]*)"?:/.exec(line.expected ?? line.signed ?? '')?.[1]
  const of = name === undefined ? 'one of its lines' : `its line ${name}`
  return `: ${of} is ${quoted(line.signed)}, that of this request ${quoted(line.expected)}`
}

/** What the other side shows, and what of this request is held to it: the text to sign, or the request that it holds the hash of. */
export function comparedTexts(
  subject: Subject<never> | undefined,
  given: string | undefined,
  answer: string,
): { readonly subject: Subject<never> | undefined; readonly shown: string | undefined } {
  const { text, canonical } = shownTexts(answer)
  // What is hashed says more than its hash; of a text that was given here, its last lines say which of the two it is.
  const hashed = given === undefined ? canonical : NAMES_AND_HASH.test(given) ? given : undefined
  if (subject?.canonical === undefined || hashed === undefined) return { subject, shown: given ?? text }
  return { subject: { ...subject, compose: subject.canonical }, shown: hashed }
}

const NAMES_AND_HASH = /\n[a-z0-9;-]+\n[^\n]*$/
