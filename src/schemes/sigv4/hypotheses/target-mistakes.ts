import { only, type TextMistake } from '../../scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../scheme/pairs-mistakes.js'
import { strict } from '../../scheme/pairs-texts.js'
import { PATH } from '../../scheme/request-mistakes.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'
import type { Rules, Variant } from '../variant.js'

// What encoders of the web leave as it is, and RFC 3986 does not.
const LEFT = "!'()*@:=+$,;&~"

/** A text with each of these characters, and all of them, not encoded. */
function* lessEncoded(text: string): Iterable<readonly [string, string]> {
  const bare = (chars: string): string =>
    text.replace(/%[0-9A-F]{2}/g, (one) => {
      const char = String.fromCharCode(Number.parseInt(one.slice(1), 16))
      return chars.includes(char) ? char : one
    })
  for (const chars of ["!'()*", LEFT, ...LEFT]) yield [bare(chars), `${chars} not encoded`]
}

const FIX_ENCODING =
  'Encode every byte but A-Z a-z 0-9 - . _ ~ as %XX in capitals; a space is %20, never "+". Send and sign the same characters.'

const CHARACTERS: TextMistake = {
  id: 'characters',
  rank: 1,
  cause: 'Characters of the $ were signed as they are, where they have to be signed percent-encoded.',
  fix: FIX_ENCODING,
  apply: lessEncoded,
}

/** What goes wrong with a "+" in a path or a query: it is a character there, and a space to readers of forms. */
const PLUS: TextMistake = {
  id: 'plus',
  rank: 1,
  cause: 'A "+" (or a space) of the $ was signed in another spelling than it was sent in: as "+", %20 or %2B.',
  fix: FIX_ENCODING,
  apply: (text) => [
    [text.replaceAll('%2B', '+')],
    [text.replaceAll('%2B', '%20')],
    [text.replaceAll('%20', '+')],
    [text.replaceAll('%20', '%2B')],
    [text.replaceAll('+', '%20')],
    [text.replaceAll('+', '%2B')],
    [text.replaceAll('%252B', '%2B')],
    [text.replaceAll('%2B', '%252B')],
  ],
}

/** The path by other rules than those of the service. */
export const pathMistakes = (path: string, variant: Variant, rules: Rules): readonly TextMistake[] => [
  {
    id: 'slash-missing',
    rank: 1,
    cause: 'The path was signed without the "/" that this scheme puts at its end.',
    fix: 'Put a "/" behind the path of the canonical request where it has none; the URL itself stays as it is.',
    *apply(text) {
      if (path.endsWith('/') || !text.endsWith('/')) return
      yield [text.slice(0, -1)]
      yield [path]
    },
  },
  {
    id: 'encoding',
    rank: 1,
    cause: 'The path was encoded once too often or once too seldom before it was signed.',
    fix: /^sigv4/.test(variant.id)
      ? 'Every AWS service but S3 signs the path encoded twice (the wire form encoded once more); S3 signs it once, as it is sent.'
      : FIX_ENCODING,
    *apply(text) {
      // Where its slashes alone differ, they have a name of their own.
      const slashes = text.replace(/%2F/gi, '/')
      for (const one of otherwise()) if (one[0] !== slashes) yield one
      function* otherwise(): Iterable<readonly [string, string]> {
        for (const doubleEncode of [true, false])
          for (const normalizePath of [true, false])
            yield [
              variant.path(path, { ...rules, doubleEncode, normalizePath }),
              `${doubleEncode ? 'encoded once more' : 'encoded once'}, dot segments ${normalizePath ? 'resolved' : 'kept'}`,
            ]
        yield [path, 'as it is sent']
        yield [encodeURI(decoded(path)), 'as encodeURI writes it']
        yield [decoded(path), 'decoded']
        yield [decoded(path).split('/').map(encodeURIComponent).join('/'), 'as encodeURIComponent writes it']
        yield [encodeURIComponent(decoded(path)), 'with its slashes encoded']
      }
    },
  },
  {
    id: 'slashes',
    rank: 2,
    cause: 'The path was signed with other slashes than it was sent with: those of Windows, or encoded ones.',
    fix: 'Write keys with "/" (Path.Combine of .NET and join of a path write "\\\\" on Windows), and sign each "/" as it is.',
    *apply(text) {
      for (const slash of ['%5C', '%255C', '\\', '%2F', '%252F']) {
        const within = `/${text.slice(1).replaceAll('/', slash)}`
        yield [within, `"${slash}" for each "/" behind the first`]
        // A bucket stands before the key.
        const at = text.indexOf('/', 1)
        if (at !== -1)
          yield [text.slice(0, at + 1) + text.slice(at + 1).replaceAll('/', slash), `"${slash}" in the key`]
      }
      yield [text.replace(/%5C/gi, '/'), '"/" for what is sent as a backslash']
      yield [text.replace(/%2F/gi, '/'), '"/" for what is sent as "%2F"']
    },
  },
  CHARACTERS,
  PLUS,
  ...only(PAIRS_MISTAKES, 'digits-case', 'encoded-twice'),
  ...PATH,
]

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What was put behind the "?" of a URL that was signed without it. `own` are the names of the signature. */
const addedTo = (own: ReadonlySet<string>): TextMistake => ({
  id: 'parameters-added',
  rank: 1,
  cause: 'Parameters were added to the URL after it was signed.',
  fix: 'Give every parameter to what signs the URL, and use the URL as it comes: nothing may be appended to it.',
  *apply(text) {
    const pairs = text.split('&')
    const isOwn = (pair: string): boolean => own.has(pair.split('=', 1)[0] as string)
    yield [pairs.filter(isOwn).join('&'), 'all but those of the signature itself']
  },
})

/** The query as a sender may have put it together. `raw` is that of the wire, `own` names what a signed URL has itself. */
export const queryMistakes = (raw: string, own?: ReadonlySet<string>): readonly TextMistake[] => [
  ...(own === undefined ? [] : [addedTo(own)]),
  {
    id: 'as-sent',
    rank: 1,
    cause: 'The query was signed as it is sent, and not sorted and encoded as the canonical request asks for.',
    fix: 'Sort the parameters by their encoded names, then by values; write "=" behind a name without a value.',
    *apply(text) {
      yield [raw]
      const pairs = raw.split('&').filter((pair) => pair !== '')
      yield [pairs.map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&'), 'in the order of the wire']
      yield [text.replace(/=(?=&|$)/g, ''), 'without the "=" of parameters that have no value']
    },
  },
  {
    id: 'order',
    rank: 1,
    cause: 'The query was signed sorted in another way than by the bytes of its encoded names, then of its values.',
    fix: 'Sort the parameters by their encoded names, then by values, byte by byte, and join each with its value after that.',
    *apply(text) {
      const pairs = text.split('&')
      yield [
        pairs.toSorted((a, b) => (a < b ? -1 : 1)).join('&'),
        'names and values sorted as one text, with the "=" in it',
      ]
      yield [pairs.toSorted((a, b) => a.localeCompare(b)).join('&'), 'sorted by the rules of a language, not by bytes']
      yield [
        pairs.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)).join('&'),
        'sorted without regard to case',
      ]
    },
  },
  {
    id: 'split',
    rank: 2,
    cause:
      'The query was decoded before it was taken apart: a "&" or "=" within a value ("%26", "%3D") became a mark of its own.',
    fix: 'Take the query apart at its "&" and "=" first, then decode each name and value.',
    *apply(text) {
      const whole = decoded(text)
      const pairs = whole.split('&').map((pair) => {
        const at = pair.indexOf('=')
        return [strict(at === -1 ? pair : pair.slice(0, at)), at === -1 ? '' : strict(pair.slice(at + 1))] as const
      })
      yield [pairs.map(([name, value]) => `${name}=${value}`).join('&')]
      yield [
        pairs
          .toSorted(([a, b], [c, d]) => (a < c ? -1 : a > c ? 1 : b < d ? -1 : 1))
          .map(([name, value]) => `${name}=${value}`)
          .join('&'),
      ]
    },
  },
  CHARACTERS,
  PLUS,
  ...PAIRS_MISTAKES.filter(({ id }) => id !== 'as-json'),
  ...only(TEXT_MISTAKES, 'left-out'),
]
