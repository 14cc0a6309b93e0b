/** A secret that was read, and what a shell writes in its place. */
export interface Hidden {
  readonly text: string
  readonly shell: string
}

// A text of elsewhere must not move the cursor, colour the screen, ring, hide itself or turn the writing round: C0 and C1 controls
// (ECMA-48), marks of direction and of no width (Unicode TR9, TR36), and tags.
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g

/** A text of elsewhere for the screen, its lines as they are. */
export const harmless = (text: string): string => text.replace(CONTROL, '\ufffd')

/** The same within a line: a name with a line break in it must not look like the next line. */
export const oneLine = (text: string): string => harmless(text).replace(/[\n\t]/g, '\ufffd')

/** Every form in which a secret may stand in a text, the longest first: one secret may begin with another. */
const formsOf = (hidden: readonly Hidden[]): readonly string[] =>
  [...new Set(hidden.flatMap(({ text }) => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]))].sort(
    (a, b) => b.length - a.length,
  )

/** What is shorter stands in many words by chance, so that hiding it there would show what it is: only where it stands alone. */
const ALONE_BELOW = 4
const IN_WORD = /[\p{L}\p{N}]/u

/** Where a secret stands in a text, at a position or behind it; -1 where it does not. */
export function secretAt(text: string, secret: string, from = 0): number {
  let at = text.indexOf(secret, from)
  if (secret.length >= ALONE_BELOW) return at
  while (at !== -1 && [text.charAt(at - 1), text.charAt(at + secret.length)].some((next) => IN_WORD.test(next)))
    at = text.indexOf(secret, at + 1)
  return at
}

/** A text without the secrets of this call. One of less than four characters is hidden where it is a word. */
export const withoutHidden = (hidden: readonly Hidden[], text: string): string =>
  formsOf(hidden).reduce((rest, secret) => withoutOne(rest, secret), text)

function withoutOne(text: string, secret: string): string {
  const parts: string[] = []
  let from = 0
  for (let at = secretAt(text, secret); at !== -1; at = secretAt(text, secret, from)) {
    parts.push(text.slice(from, at))
    from = at + secret.length
  }
  return parts.length === 0 ? text : [...parts, text.slice(from)].join('[secret]')
}

/** A document without the secrets of this call, in names and values. */
function withoutSecretsIn(hidden: readonly Hidden[], value: unknown): unknown {
  if (typeof value === 'string') return withoutHidden(hidden, value)
  if (Array.isArray(value)) return value.map((one) => withoutSecretsIn(hidden, one))
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return withoutSecretsIn(hidden, toJSON.call(value))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [withoutHidden(hidden, name), withoutSecretsIn(hidden, one)]),
  )
}

/**
 * A document as JSON that no terminal acts on: JSON escapes the C0 controls alone (RFC 8259 7), and a terminal knows others. It is
 * the same document to a parser.
 */
export function jsonText(document: unknown, hidden: readonly Hidden[], indent?: number): string {
  const plain = hidden.length === 0 ? document : withoutSecretsIn(hidden, document)
  return JSON.stringify(plain, undefined, indent).replace(CONTROL, escaped)
}

const escaped = (text: string): string =>
  [...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
