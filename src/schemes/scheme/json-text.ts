/** JSON written in another way without being parsed: numbers and the order of members stay as they are. */

const TOKENS = /"(?:[^"\\]|\\.)*"|[,:]|\s+/g
const STRINGS = /"(?:[^"\\]|\\.)*"/g

/** With this behind each comma and colon, and no other white space. */
export const punctuated = (text: string, comma: string, colon: string): string =>
  text.replace(TOKENS, (one) => (one === ',' ? comma : one === ':' ? colon : /^\s/.test(one) ? '' : one))

const inHex = (text: string, characters: RegExp, upper = false): string =>
  text.replace(characters, (one) => {
    const digits = one.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${upper ? digits.toUpperCase() : digits}`
  })

type Escape = (text: string) => string
const none: Escape = (text) => text

/** Characters outside ASCII, slashes, and those of HTML, each as one language or another writes them. */
const WIDE: readonly Escape[] = [
  none,
  (text) => inHex(text, /[\u0080-\uffff]/g),
  (text) => inHex(text, /[\u0080-\uffff]/g, true),
]
const SLASH: readonly Escape[] = [none, (text) => text.replaceAll('/', '\\/')]
const HTML: readonly Escape[] = [
  none,
  (text) => inHex(text, /[<>&\u2028\u2029]/g),
  (text) => inHex(text, /[<>&]/g, true),
  (text) => inHex(text, /[<>&'+]/g, true),
  // Meta: of ASCII, what stands in addresses.
  (text) => inHex(text, /[<%@]/g),
  (text) => inHex(text, /@/g),
  // System.Text.Json of .NET writes the quote so as well.
  (text) => inHex(text, /[<>&'+`]/g, true).replaceAll('\\"', '\\u0022'),
]

/** Each text of the JSON as its characters, then with every choice of escapes. */
export function* reescaped(text: string): Iterable<string> {
  const bare = text.replace(STRINGS, (one) => {
    try {
      return JSON.stringify(JSON.parse(one))
    } catch {
      return one
    }
  })
  for (const wide of WIDE)
    for (const slash of SLASH)
      for (const html of HTML) {
        const written = bare.replace(STRINGS, (one) => html(slash(wide(one))))
        yield written
        const upper = written.replace(ESCAPES, (one) => (one.length === 6 ? `\\u${one.slice(2).toUpperCase()}` : one))
        if (upper !== written) yield upper
      }
}

// Every escape, so that no backslash that stands for itself begins one; no looking back, which takes the square of their number.
const ESCAPES = /\\(?:u[0-9a-f]{4}|[\s\S])/g
