import { base64, base64Decode, base64urlDecode, concatBytes, hex, utf8 } from '../crypto/encoding.js'

/** What a secret may stand as in a text that is shown, and what hides its parts. */

const safeUrl = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_')
const escapedUrl = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))

/** The base64 of bytes wherever they stand among others, without the characters that depend on those. */
const inBase64 = (bytes: Uint8Array): readonly string[] =>
  [0, 2, 3].map((from, at) => {
    const text = base64(concatBytes(new Uint8Array(at), bytes)).replace(/=+$/, '')
    return text.slice(from, (at + bytes.length) % 3 === 0 ? undefined : -1)
  })

/** The spellings of bytes. */
function ofBytes(bytes: Uint8Array): readonly string[] {
  const texts = inBase64(bytes).flatMap((one) => [one, safeUrl(one), escapedUrl(one)])
  return [hex(bytes), hex(bytes).toUpperCase(), base64(bytes), ...texts]
}

/** A text as other programs write it: in a URL, in JSON of PHP and .NET, as bytes. */
export function textForms(text: string): readonly string[] {
  const url = escapedUrl(text)
  const bytes = base64Decode(text) ?? base64urlDecode(text)
  return [
    url,
    url.replace(/%../g, (one) => one.toLowerCase()),
    encodeURIComponent(url),
    text.replaceAll('+', ' '),
    text.replaceAll('/', '\\/'),
    text.replace(/[+&<>'"`]/g, (one) => `\\u00${one.charCodeAt(0).toString(16).toUpperCase()}`),
    ...ofBytes(utf8(text)),
    ...(bytes === undefined ? [] : ofBytes(bytes)),
  ]
}

/** What is secret in a text: of a PEM its base64, of a JWK its private members, and otherwise all of it. */
export function secretTexts(text: string): readonly string[] {
  if (text.includes('-----BEGIN')) return [text, text.replace(/-----[^-]*-----|\s|\\n/g, '')]
  if (!/^\s*\{/.test(text)) return [text]
  try {
    const jwk = JSON.parse(text) as Readonly<Record<string, unknown>>
    const members = ['k', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'priv'].map((name) => jwk[name])
    return [text, ...members.filter((one): one is string => typeof one === 'string')]
  } catch {
    return [text]
  }
}

/** The spellings of a secret that is bytes. */
export const byteForms = (bytes: Uint8Array): readonly string[] => [...ofBytes(bytes), ...textForms(base64(bytes))]

const CHUNK = 8
// So many characters of a secret behind each other are not shown, wherever a text was cut.
const RUN = 16
const MOST_FORMS = 4_096

/** A function that hides every run of so many characters out of some secrets. */
export function runHider(secrets: readonly string[], hidden: string): (text: string) => string {
  // Every run that is long enough has one of these chunks whole.
  const chunks = new Map<string, Array<readonly [secret: string, at: number]>>()
  for (const secret of secrets)
    for (let at = 0; at + CHUNK <= Math.min(secret.length, MOST_FORMS); at += CHUNK) {
      const chunk = secret.slice(at, at + CHUNK)
      const known = chunks.get(chunk)
      if (known === undefined) chunks.set(chunk, [[secret, at]])
      else if (known.length < 8) known.push([secret, at])
    }
  return (text) => {
    if (chunks.size === 0) return text
    let out = ''
    let shown = 0
    for (let at = 0; at + CHUNK <= text.length; at++) {
      for (const [secret, place] of chunks.get(text.slice(at, at + CHUNK)) ?? []) {
        let before = 0
        while (before < place && at - before > shown && text[at - before - 1] === secret[place - before - 1]) before++
        let length = CHUNK
        while (
          place + length < secret.length &&
          at + length < text.length &&
          text[at + length] === secret[place + length]
        )
          length++
        if (before + length < RUN) continue
        out += text.slice(shown, at - before) + hidden
        shown = at + length
        at = shown - 1
        break
      }
    }
    return out + text.slice(shown)
  }
}
