import { memberOrders } from './json-orders.js'
import { punctuated, reescaped } from './json-text.js'
import {
  altered,
  asNumber,
  asText,
  changed,
  parsed,
  pruned,
  rewritten,
  someOf,
  sorted,
  spaced,
  withoutMembers,
} from './json-values.js'
import type { TextMistake } from './mistakes.js'
import { respelt } from './number-texts.js'
import { placeholders } from './placeholders.js'
import { JSON_REBUILT } from './rebuilt-texts.js'
import { withoutBlanks } from './text-ends.js'

const inPython = (text: string): string =>
  text
    .replace(/\btrue\b/g, 'True')
    .replace(/\bfalse\b/g, 'False')
    .replace(/\bnull\b/g, 'None')

// A number behind a colon, comma or bracket, so that those within texts do not count.
const JSON_NUMBER = /(?<=[:,[] {0,4})-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?=\s*[,}\]])/g
const JSON_MEMBER = /"([^"\\]{1,64})"(\s*:\s*)("(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null)/g

const onePer = (one: string, two: string): string => `${one} ${two}`
const FIX_ONCE = onePer('Serialise once, keep the text, and both sign and send that text', '(not the object).')

const NOTHINGS: ReadonlyArray<readonly [isNothing: (one: unknown) => boolean, how: string]> = [
  [(one) => one === null, 'without null'],
  [(one) => one === '', 'without empty texts'],
  [(one) => one === null || one === '', 'without null and empty texts'],
]

/** What goes wrong with JSON on its way from the object to the bytes. `$` is the name of the part. */
export const JSON_MISTAKES: readonly TextMistake[] = [
  {
    id: 'json-compact',
    rank: 1,
    cause: 'The signed $ is JSON without spaces, while the one that was sent has white space.',
    fix: FIX_ONCE,
    *apply(text) {
      const value = parsed(text)
      if (value === undefined) return
      const compact = punctuated(text, ',', ':')
      // What stands around the JSON, and escapes alone, have names of their own.
      if (compact !== withoutBlanks(text)) yield [compact]
      const written = JSON.stringify(value)
      if (compact !== withoutBlanks(text) && written === [...reescaped(compact)][0]) yield [written]
    },
  },
  {
    id: 'json-spaces',
    rank: 1,
    cause:
      'The signed $ is JSON with a space behind each comma and colon (json.dumps), while the one that was sent has none.',
    fix: `${FIX_ONCE} In Python: body = json.dumps(data, separators=(",", ":")) and data=body, not json=data.`,
    *apply(text) {
      if (parsed(text) !== undefined) yield [punctuated(text, ', ', ': ')]
      yield* rewritten(text, (value) => spaced(value, ', ', ': '))
    },
  },
  {
    id: 'json-indented',
    rank: 2,
    cause: 'The signed $ is JSON with line breaks and indents, while the one that was sent is written in another way.',
    fix: FIX_ONCE,
    *apply(text) {
      // Where there is nothing to put a space behind, it is not white space that differs.
      const compact = JSON.stringify(parsed(text))
      for (const one of rewritten(
        text,
        (value) => JSON.stringify(value, null, 2),
        (value) => JSON.stringify(value, null, 4),
        (value) => JSON.stringify(value, null, '\t'),
        // prettyPrinted of Swift.
        (value) => JSON.stringify(value, null, 2).replace(/^(\s*"(?:[^"\\]|\\.)*"):/gm, '$1 :'),
        (value) => spaced(value, ',', ': '),
        (value) => spaced(value, ', ', ':'),
      ))
        if (one[0] !== compact) yield one
    },
  },
  {
    id: 'json-sorted',
    rank: 1,
    cause: 'The signed $ has its members sorted by name, while those of the one that was sent are in another order.',
    fix: `${FIX_ONCE} Do not sort.`,
    apply: (text) => altered(text, sorted),
  },
  {
    id: 'json-order',
    rank: 2,
    cause: 'The signed $ has its members in another order than the one that was sent.',
    fix: `${FIX_ONCE} Maps of Go, dictionaries and proxies that read JSON may write the members in an order of their own.`,
    *apply(text) {
      const value = parsed(text)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return
      for (const [order, how] of memberOrders(Object.keys(value))) {
        const now = Object.fromEntries(order.map((name) => [name, (value as Record<string, unknown>)[name]]))
        yield [JSON.stringify(now), how]
        yield [spaced(now, ', ', ': '), `${how}, with spaces`]
      }
    },
  },
  {
    id: 'json-numbers-as-text',
    rank: 2,
    cause: 'In the signed $ numbers stand in quotes, in the one that was sent they do not.',
    fix: FIX_ONCE,
    apply: (text) => someOf(text, (one) => typeof one === 'number', asText),
  },
  {
    id: 'json-numbers-spelt',
    rank: 2,
    cause: 'A number of the signed $ is spelt in another way (1.0, 1e-05) than in the one that was sent.',
    fix: `${FIX_ONCE} Write prices and amounts as text where the API takes text.`,
    *apply(text) {
      if (parsed(text) === undefined) return
      yield* respelt(text, JSON_NUMBER)
      // Where escapes alone differ, they are what differs.
      const [unescaped] = reescaped(punctuated(text, ',', ':'))
      yield* rewritten(text, (value) => (JSON.stringify(value) === unescaped ? text : JSON.stringify(value)))
    },
  },
  {
    id: 'json-empty',
    rank: 1,
    cause: 'The signed $ is that of an empty object, while the one that was sent has members.',
    fix: `${FIX_ONCE} Fill the object first.`,
    apply: (text) =>
      parsed(text) === undefined ? [] : ['{}', '[]', 'null', 'undefined', '""'].map((one) => [one, one] as const),
  },
  {
    id: 'placeholder',
    rank: 3,
    cause:
      'The signed $ has the name of a variable where the one that was sent has its value: it was signed before variables were put in.',
    fix: 'Put the variables in before signing: in Postman pm.variables.replaceIn(pm.request.body.raw).',
    apply: (text) => (parsed(text) === undefined ? [] : placeholders(text, JSON_MEMBER)),
  },
  {
    id: 'json-booleans',
    rank: 2,
    cause:
      'A truth value of the signed $ is written in another way (in quotes, 1, True) than in the one that was sent.',
    fix: FIX_ONCE,
    apply: (text) =>
      altered(
        text,
        (value) => changed(value, (one) => (typeof one === 'boolean' ? String(one) : one)),
        (value) => changed(value, (one) => (typeof one === 'boolean' ? Number(one) : one)),
        (value) => changed(value, (one) => (one === 'true' ? true : one === 'false' ? false : one)),
      ),
  },
  {
    id: 'json-text-as-numbers',
    rank: 2,
    cause: 'In the signed $ numbers stand without quotes, in the one that was sent they have them.',
    fix: `${FIX_ONCE} Write numbers as text where the API takes text.`,
    apply: (text) => someOf(text, (one) => typeof asNumber(one) === 'number' && typeof one === 'string', asNumber),
  },
  {
    id: 'json-escapes',
    rank: 2,
    cause:
      'Characters of the $ (outside ASCII, or "/", "<", "&") stand as escapes (\\u00e9, "\\/") on one side alone: signed so, or sent so.',
    fix: `${FIX_ONCE} In Python: ensure_ascii=False on both; in PHP: JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES on both.`,
    *apply(text) {
      if (parsed(text) === undefined) return
      for (const one of reescaped(text)) {
        yield [one]
        yield [punctuated(one, ',', ':')]
        yield [punctuated(one, ', ', ': ')]
      }
    },
  },
  {
    id: 'json-twice',
    rank: 2,
    cause: 'The signed $ was serialised twice: it is a JSON text inside quotes.',
    fix: 'Serialise once: a text that is JSON already must not go through JSON.stringify (json.dumps) again.',
    apply: (text) => [[JSON.stringify(text)]],
  },
  {
    id: 'json-once',
    rank: 2,
    cause: 'The $ that was sent was serialised twice, the signed one once.',
    fix: 'Hand the HTTP client the text, not an object or a text that it serialises again (axios, requests json=).',
    *apply(text) {
      const value = parsed(text)
      if (typeof value === 'string') yield [value]
    },
  },
  {
    id: 'member-added',
    rank: 3,
    cause: 'The $ that was sent has a member that the signed one had not: it was added after signing.',
    fix: 'Complete the object first, then serialise, sign and send.',
    apply: withoutMembers,
  },
  {
    id: 'json-nothing',
    rank: 2,
    cause:
      'Members without a value (null or an empty text) are in the $ that was sent, and were not in the signed one.',
    fix: 'Take members without a value out of the object once, before it is serialised, signed and sent.',
    *apply(text) {
      const value = parsed(text)
      if (typeof value !== 'object' || value === null) return
      for (const [isNothing, how] of NOTHINGS) {
        const left = JSON.stringify(pruned(value, isNothing))
        if (left !== JSON.stringify(value)) yield [left, how]
      }
    },
  },
  {
    id: 'json-list',
    rank: 2,
    cause:
      'The signed $ is a list where an object was sent, or an object where a list was: it was wrapped on one side.',
    fix: 'Serialise once: spreading a list ({ ...list }) makes an object with the names "0", "1" of it.',
    *apply(text) {
      const value = parsed(text)
      if (typeof value !== 'object' || value === null) return
      const forms: readonly unknown[] = Array.isArray(value)
        ? [{ ...value }, ...(value.length === 1 ? value : [])]
        : [[value], ...(Object.keys(value).every((name, at) => name === String(at)) ? [Object.values(value)] : [])]
      for (const one of forms) {
        yield [JSON.stringify(one)]
        yield [spaced(one, ', ', ': ')]
      }
    },
  },
  {
    id: 'json-as-form',
    rank: 2,
    cause: 'The signed $ is the parameters as a form (a=1&b=2), while JSON was sent.',
    fix: 'Sign the characters of the body as they are sent.',
    *apply(text) {
      const value = parsed(text)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return
      const pairs = Object.entries(value).map(([name, one]) => [
        name,
        typeof one === 'object' ? JSON.stringify(one) : String(one),
      ])
      yield [pairs.map(([name, one]) => `${name}=${one}`).join('&')]
      yield [new URLSearchParams(pairs as Array<[string, string]>).toString()]
      yield [
        [...pairs]
          .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
          .map(([name, one]) => `${name}=${one}`)
          .join('&'),
        'sorted by name',
      ]
    },
  },
  {
    id: 'python-repr',
    rank: 3,
    cause: 'The signed $ is the text that the language prints for an object, not JSON.',
    fix: 'Sign the JSON text that is sent, not str(data) or String(data).',
    *apply(text) {
      const value = parsed(text)
      if (value === undefined) return
      yield ['[object Object]', 'the text "[object Object]"']
      yield [inPython(spaced(value, ', ', ': ').replaceAll('"', "'")), 'a dictionary of Python in single quotes']
      // What str(data).replace("'", '"') makes of True, False and None.
      yield [inPython(spaced(value, ', ', ': ')), 'a dictionary of Python whose quotes were replaced']
      yield [inPython(JSON.stringify(value)), 'JSON with the words True, False and None of Python']
    },
  },
  JSON_REBUILT,
]
