import { punctuated } from './json-text.js'
import { lists } from './list-texts.js'
import type { TextMistake } from './mistakes.js'
import { respelt } from './number-texts.js'
import { otherOrders } from './pair-orders.js'
import {
  BOOLEANS,
  decoded,
  inPython,
  maybe,
  OTHER_ORDERS,
  PAIR,
  PAIR_NUMBER,
  pairsAs,
  sorted,
  strict,
  VALUES,
  without,
} from './pairs-texts.js'
import { placeholders } from './placeholders.js'
import { PAIRS_REBUILT } from './rebuilt-texts.js'

const FIX_WIRE =
  'Build the text once, sign it, and send exactly those characters; stop the HTTP client from encoding it again.'

const typedValue = (text = ''): unknown =>
  /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text)
    ? Number(text)
    : /^(?:true|false)$/.test(text)
      ? text === 'true'
      : text

/** A number in its shortest form alone: 1.50 was a text. */
const shortestValue = (text = ''): unknown => {
  const value = typedValue(text)
  return String(value) === text ? value : text
}

/** What goes wrong with a query or a form. `$` is the name of the part. */
export const PAIRS_MISTAKES: readonly TextMistake[] = [
  {
    id: 'decoded',
    rank: 1,
    cause: 'The $ was signed before percent-encoding, while what is verified is the encoded text that was sent.',
    fix: FIX_WIRE,
    apply: (text) => maybe(decoded(text), decoded(text.replaceAll('+', '%20'))),
  },
  {
    id: 'digits-case',
    rank: 1,
    cause: 'The $ was signed with percent-encoding in the other case (%2f for %2F).',
    fix: "RFC 3986 2.1 writes upper-case digits; .NET's HttpUtility.UrlEncode does not: use Uri.EscapeDataString.",
    apply: (text) =>
      maybe(
        text.replace(/%[0-9A-Fa-f]{2}/g, (one) => one.toLowerCase()),
        text.replace(/%[0-9A-Fa-f]{2}/g, (one) => one.toUpperCase()),
      ),
  },
  {
    id: 'encoded',
    rank: 1,
    cause: 'The $ was signed percent-encoded, while what is verified is not (or not so far) encoded.',
    fix: 'Sign the text that is verified: the characters as they are sent or, where the other side decodes them first, those before percent-encoding.',
    apply: (text) =>
      maybe(
        pairsAs(text, strict),
        pairsAs(text, encodeURIComponent),
        pairsAs(text, (part) => encodeURIComponent(decoded(part) ?? part)),
        encodeURIComponent(text),
        encodeURI(text),
      ),
  },
  {
    id: 'encoded-twice',
    rank: 2,
    cause: 'The $ was encoded twice on one side: a "%" became "%25".',
    fix: FIX_WIRE,
    apply: (text) => maybe(text.replaceAll('%', '%25'), text.replaceAll('%25', '%')),
  },
  {
    id: 'space',
    rank: 1,
    cause: 'A space of the $ was signed in another spelling ("+" or "%20") than it was sent in.',
    fix: 'Use one encoder for signing and sending: encodeURIComponent writes %20, URLSearchParams and urlencode write "+".',
    apply: (text) => maybe(text.replaceAll('+', '%20'), text.replaceAll('%20', '+')),
  },
  {
    id: 'encoder',
    rank: 2,
    cause: "The two sides of the $ use encoders that differ in some characters (!'()*~,:/@).",
    fix: 'Use one encoder for signing and sending.',
    apply: (text) =>
      maybe(
        text.replace(/%(?:2C|2c)/g, ','),
        text.replace(/,/g, '%2C'),
        text.replace(/%(?:3A|3a)/g, ':'),
        text.replace(/:/g, '%3A'),
        text.replace(/%(?:2F|2f)/g, '/'),
        text.replace(/\//g, '%2F'),
        text.replace(/%40/g, '@'),
        text.replace(/@/g, '%40'),
        text.replace(/%5B/gi, '[').replace(/%5D/gi, ']'),
        text.replaceAll('[', '%5B').replaceAll(']', '%5D'),
        text.replace(/%(21|27|28|29|2A|7E)/gi, (all) => decodeURIComponent(all)),
        text.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`),
        text.replace(/~/g, '%7E'),
      ),
  },
  {
    id: 'sorted',
    rank: 1,
    cause: 'The parameters of the $ were signed sorted by name, and sent in another order.',
    fix: 'Sign the parameters in the order in which they are sent.',
    apply: (text) =>
      maybe(
        sorted(text),
        pairsAs(sorted(text), (part) => decoded(part) ?? part),
      ),
  },
  {
    id: 'reversed',
    rank: 3,
    cause: 'The parameters of the $ were signed in another order than they were sent in.',
    fix: 'Sign the parameters in the order in which they are sent.',
    *apply(text) {
      const pairs = text.split('&')
      for (const [name, sort] of OTHER_ORDERS) yield [sort(pairs).join('&'), name]
      for (const [order, how] of otherOrders(pairs, (pair) => (pair.split('=', 1)[0] as string).slice(0, 64)))
        yield [order.join('&'), how]
    },
  },
  {
    id: 'parameter-added',
    rank: 1,
    cause: 'A parameter of the $ was added after signing.',
    fix: 'Add every parameter first (time and receive window too), then sign.',
    apply: without,
  },
  {
    id: 'empty-value',
    rank: 3,
    cause: 'Parameters of the $ without a value were signed in another way than they were sent.',
    fix: 'Leave parameters without a value out of both, or write them alike in both.',
    apply: (text) =>
      maybe(
        text
          .split('&')
          .filter((pair) => !/=$/.test(pair))
          .join('&'),
        text
          .split('&')
          .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
          .join('&'),
      ),
  },
  {
    id: 'as-json',
    rank: 1,
    cause: 'The signed $ is the parameters as JSON, while they were sent as pairs.',
    fix: 'Sign the characters that are sent.',
    *apply(text) {
      if (text === '') return
      const members = text.split('&').map((pair) => {
        const at = pair.indexOf('=')
        return [
          decoded(at === -1 ? pair : pair.slice(0, at)) ?? pair,
          at === -1 ? '' : (decoded(pair.slice(at + 1).replaceAll('+', '%20')) ?? ''),
        ]
      })
      // Texts, or what looks like a number or truth value without quotes.
      for (const typed of [String, shortestValue, typedValue]) {
        const values = members.map(([name, value]) => [name, typed(value as string)])
        const object = JSON.stringify(Object.fromEntries(values))
        yield [object]
        yield [punctuated(object, ', ', ': ')]
        yield [inPython(object), 'as Python prints a dictionary']
      }
    },
  },
  {
    id: 'value-as-json',
    rank: 2,
    cause: 'A list or object within a value of the $ was signed in another spelling than it was sent in.',
    fix: 'Write the value once as JSON without spaces, percent-encode it once, and use that text for both.',
    *apply(text) {
      for (const [detail, write] of VALUES) {
        const changed = text
          .split('&')
          .map((pair) => {
            const at = pair.indexOf('=')
            const value = at === -1 ? '' : (decoded(pair.slice(at + 1).replaceAll('+', '%20')) ?? '')
            if (!/^\s*[[{]/.test(value)) return pair
            const other = write(value)
            return other === undefined ? pair : `${pair.slice(0, at)}=${other}`
          })
          .join('&')
        yield [changed, detail]
        yield [pairsAs(changed, (part) => encodeURIComponent(decoded(part) ?? part)), `${detail}, encoded`]
      }
    },
  },
  {
    id: 'ampersand',
    rank: 3,
    cause: 'The $ was signed with a "&" before its first or behind its last parameter, and sent without.',
    fix: 'Join the parameters with "&" between them only: an empty part before or behind them leaves a mark over.',
    apply: (text) => (text === '' ? [] : maybe(`&${text}`, `${text}&`)),
  },
  {
    id: 'booleans',
    rank: 2,
    cause: 'A truth value of the $ was signed in another spelling (1 or nothing, True) than it was sent in.',
    fix: 'Write truth values as the text "true" and "false" before signing: PHP makes 1 and nothing of them, Python True and False.',
    apply: (text) =>
      maybe(
        ...BOOLEANS.map(([yes, no]) => text.replace(/=true(?=&|$)/g, `=${yes}`).replace(/=false(?=&|$)/g, `=${no}`)),
        text.replace(/=(?:True|1)(?=&|$)/g, '=true').replace(/=(?:False|0)(?=&|$)/g, '=false'),
      ),
  },
  {
    id: 'numbers',
    rank: 2,
    cause: 'A number of the $ was signed in another spelling (1.0, 1e-05, a comma for the point) than it was sent in.',
    fix: 'Write numbers as text once, whatever the language of the machine (invariant culture), and use that text for both.',
    *apply(text) {
      yield* respelt(text, PAIR_NUMBER)
      for (const [from, to] of [
        [/(=-?\d+)\.(?=\d+(?:&|$))/g, '$1,'],
        [/(=-?\d+)(?:,|%2C)(?=\d+(?:&|$))/gi, '$1.'],
      ] as const)
        yield [text.replace(from, to), 'a comma for the point']
    },
  },
  {
    id: 'placeholder',
    rank: 3,
    cause:
      'The signed $ has the name of a variable where the one that was sent has its value: it was signed before variables were put in.',
    fix: 'Put the variables in before signing: in Postman pm.variables.replaceIn(…).',
    apply: (text) => placeholders(text, PAIR),
  },
  {
    id: 'lists',
    rank: 2,
    cause: 'A list of the $ was signed in another spelling (a=1&a=2, a[]=1&a[]=2, a=1,2) than it was sent in.',
    fix: 'Write lists once, as the other side reads them, and use that text for signing and for sending.',
    apply: lists,
  },
  {
    id: 'quotes',
    rank: 2,
    cause:
      'The quotes of a value of the $ are not those of the signed one: there is one around it or at its end, or they are single ones (a list as Python prints it) in place of double ones.',
    fix: 'Take quotes around a value out where it is read (a template, a shell, an .env file); write a list or an object as JSON (json.dumps) once, and send that text.',
    apply: (text) =>
      maybe(
        text.replace(/%2[27]|["']/gi, ''),
        pairsAs(text, (part) => `"${part}"`).replace(/"([^"]*)"=/g, '$1='),
        text.replaceAll('%27', '%22').replaceAll("'", '"'),
        text.replaceAll("'", '%22'),
        text.replaceAll('%22', '%27').replaceAll('"', "'"),
      ),
  },
  {
    id: 'padding',
    rank: 2,
    cause: 'A value of the $ that is base64 stands with its padding ("=") on one side and without it on the other.',
    fix: 'Sign and verify the value in one form: the provider takes the padding off before it signs, or a reader of the URL has.',
    apply: (text) =>
      maybe(
        // Not looked for from behind, which would read the value again at each of its characters.
        text.replace(/(=[\w%+/-]{8,}?)(?:=|%3d){1,2}(?=&|$)/gi, '$1'),
        text.replace(/(?<=[?&=])[\w+/-]{10,}(?=&|$)/g, (one) => one + '='.repeat((4 - (one.length % 4)) % 4)),
      ),
  },
  PAIRS_REBUILT,
]
