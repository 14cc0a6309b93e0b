import type { HttpRequest } from '../../../message/message.js'
import { JSON_MISTAKES } from '../../scheme/json-mistakes.js'
import type { TextMistake } from '../../scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../scheme/pairs-mistakes.js'
import { TEXT_MISTAKES } from '../../scheme/text-mistakes.js'

const RAW =
  'Verify the bytes that arrive, before any parser: express.raw() (or the "verify" hook) in place of express.json(), request.text() in a worker or route handler, request.get_data() in Flask, request.body in Django.'

/**
 * A webhook is signed by its sender, and read by a program that parses first: what is verified is then a text that was written anew.
 * By the id of the mistake: what the signed body looks like, of which something else is verified.
 */
const SIGNED_AS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  'left-out':
    'The signature is that of an empty body: the body was added on the way, or the sender signs before it has one.',
  'line-break':
    'The body that is verified has another end than the one that was signed: a line break was added or taken away on the way.',
  'line-endings': 'The line endings of the body were changed (LF or CRLF) before it was verified.',
  'byte-order-mark': 'A byte order mark was added to the body, or taken away, before it was verified.',
  charset: 'The body was decoded in another charset, or normalised, before it was verified.',
  base64:
    'The body that is verified is still in base64, as a function gateway hands it over (isBase64Encoded), or the signed one was.',
  quoted: 'The body that is verified has quotes around it, or lost those that were signed.',
  'json-compact':
    'The body was parsed and written anew: the signed text is JSON without spaces, and the one that is verified is not.',
  'json-spaces':
    'The body was parsed and written anew: the signed text has a space behind each comma and colon, and the one that is verified has not.',
  'json-indented':
    'The body was parsed and written anew: the signed text has line breaks and indents, and the one that is verified has not.',
  'json-sorted':
    'The body was parsed and written anew: the members of the signed text are sorted by name, those of the verified one are not.',
  'json-order': 'The body was parsed and written anew: the members of the signed text stand in another order.',
  'json-rebuilt':
    'The body was parsed and written anew: the signed text differs in more than one way (order, white space, escapes, numbers).',
  'json-numbers-as-text': 'The body was parsed and written anew: numbers stand in quotes in the text that was signed.',
  'json-numbers-spelt':
    'The body was parsed and written anew: a number is spelt in another way (1.0, 1e-05) in the text that was signed.',
  'json-empty': 'The signature is that of an empty value: the sender signed before the body was filled.',
  'json-booleans':
    'The body was parsed and written anew: a truth value is written in another way in the text that was signed.',
  'json-text-as-numbers':
    'The body was parsed and written anew: numbers stand without quotes in the text that was signed.',
  'json-escapes':
    'The body was parsed and written anew: the signed text has \\u escapes for other characters than ASCII (or "\\/" for "/"), and the verified one has not.',
  'json-twice': 'The signed text is the body inside quotes, as JSON of a JSON text.',
  'json-once': 'The body that is verified was put into quotes: it was serialised once more after it was received.',
  'member-added': 'A member was added to the body after it was signed.',
  'python-repr':
    'The text that a language prints for an object (a dictionary of Python in single quotes, [object Object]) was signed, not the JSON of the body.',
  'json-nothing':
    'Members without a value are in the body that is verified, and not in the one that was signed: it was parsed and written anew.',
  'json-list': 'The body was wrapped into a list, or taken out of one, before it was verified.',
  'value-as-json': 'The form was parsed and written anew: JSON within a value is spelt in another way.',
  'json-as-form': 'A form was signed, and JSON is verified: the body was parsed and written anew.',
  'as-json': 'JSON was signed, and a form is verified: the body was parsed and written anew.',
  decoded: 'The form was decoded before it was verified.',
  encoded: 'The body that is verified is not percent-encoded any more, while the signed one is.',
  'encoded-twice': 'The form was encoded once more before it was verified.',
  'digits-case': 'The form was parsed and encoded anew: its percent-encoding has digits in the other case.',
  space: 'The form was parsed and encoded anew: a space is written in another way ("+" or "%20").',
  encoder:
    "The form was parsed and encoded anew, by an encoder that writes some characters in another way (!'()*~,:/@).",
  sorted: 'The form was parsed and written anew: its parameters stand in another order.',
  reversed: 'The form was parsed and written anew: its parameters stand in another order.',
  'parameter-added': 'A parameter was added to the form after it was signed.',
  'empty-value':
    'The form was parsed and written anew: parameters without a value are missing or written in another way.',
  rebuilt: 'The form was parsed and written anew: its parameters stand in another order and in another encoding.',
  numbers: 'The form was parsed and written anew: a number is spelt in another way.',
  booleans: 'The form was parsed and written anew: a truth value is written in another way.',
  lists: 'The form was parsed and written anew: a list is written in another way.',
}

const jsonText = (text: string): string | undefined => {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A dictionary as Python prints it, as JSON; `undefined` for other text. */
function fromPython(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text) || text.length > 65_536) return undefined
  const json = text.replace(
    /'((?:[^'\\]|\\.)*)'|\b(True|False|None)\b|"(?:[^"\\]|\\.)*"/g,
    (all, inside?: string, word?: string) =>
      word !== undefined
        ? (({ True: 'true', False: 'false' } as Record<string, string>)[word] ?? 'null')
        : inside === undefined
          ? all
          : JSON.stringify(inside.replaceAll("\\'", "'")),
  )
  return jsonText(json) === undefined ? undefined : json
}

const LONG_NUMBER = /(?<=[:[,]\s{0,4})[1-9]\d{15,19}(?=\s{0,4}[,}\]])/g
const MOST_NUMBERS = 8

/** Whether all long numbers of a body are such that a double is printed as them. */
export function isRounded(body: HttpRequest['body']): boolean {
  const text = body instanceof Uint8Array && body.length < 65_536 ? new TextDecoder().decode(body) : ''
  const long = (text.match(LONG_NUMBER) ?? []).filter((one) => !Number.isSafeInteger(Number(one)))
  return long.length > 0 && long.every((one) => String(Number(one)) === one)
}

/** Bodies whose long numbers may be others that a double is too short for, one number at a time. */
function* unrounded(text: string): Generator<readonly [text: string]> {
  if (text.length > 65_536) return
  const numbers = new Set(text.match(LONG_NUMBER))
  for (const one of [...numbers].slice(0, MOST_NUMBERS)) {
    const double = Number(one)
    if (Number.isSafeInteger(double) || String(double) !== one) continue
    const middle = BigInt(double)
    const half = 1n << BigInt(Math.max(0, middle.toString(2).length - 54))
    for (let number = middle - half; number <= middle + half; number++)
      if (Number(number) === double && `${number}` !== one)
        yield [text.replace(LONG_NUMBER, (all) => (all === one ? `${number}` : all))]
  }
}

const MOST_MEMBERS = 5

/** The members of an object with a space behind some of its commas and colons, as senders write that put their JSON together by hand. */
function* someSpaces(text: string): Generator<readonly [text: string]> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || text.length > 16_384) return
  const parts = Object.entries(value).map(([name, one]) => [JSON.stringify(name), JSON.stringify(one)] as const)
  if (parts.length < 2 || parts.length > MOST_MEMBERS) return
  for (let mask = 1; mask < 1 << (2 * parts.length - 1); mask++) {
    const behind = (mark: string, at: number): string => (mask & (1 << at) ? `${mark} ` : mark)
    yield [
      `{${parts.map(([name, one], at) => (at === 0 ? '' : behind(',', 2 * at - 1)) + name + behind(':', 2 * at) + one).join('')}}`,
    ]
  }
}

/** How senders write JSON besides what any program does with it. */
const SENDERS: readonly TextMistake[] = [
  {
    id: 'form-payload',
    rank: 1,
    cause:
      'The sender signed a form whose parameter "payload" is this JSON: the form was taken apart before it was verified.',
    fix: `${RAW} Or choose application/json where the sender is set up.`,
    *apply(text) {
      const json = jsonText(text)
      if (json === undefined) return
      for (const one of new Set([text, json])) {
        const form = new URLSearchParams([['payload', one]]).toString()
        yield [form]
        yield [form.replaceAll('+', '%20')]
        yield [`payload=${encodeURIComponent(one)}`]
      }
    },
  },
  {
    id: 'python-printed',
    rank: 1,
    cause:
      'The body that is verified is a dictionary as Python prints it (str(request.json)), not the JSON that was signed.',
    fix: RAW,
    *apply(text) {
      const json = fromPython(text)
      const value = json === undefined ? undefined : jsonText(json)
      if (json === undefined || value === undefined || jsonText(text) !== undefined) return
      yield [json]
      yield [value]
      for (const { id, apply } of JSON_MISTAKES)
        if (['json-compact', 'json-spaces', 'json-escapes', 'json-indented'].includes(id))
          for (const [changed] of apply(value)) yield [changed]
    },
  },
  {
    id: 'json-escapes-html',
    rank: 2,
    cause:
      'The body was parsed and written anew: the signed text has \\u003c, \\u003e and \\u0026 for <, > and &, as Go and Rails write them.',
    fix: RAW,
    *apply(text) {
      const escaped = text.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)
      yield [escaped]
      yield [escaped.replace(/[\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`)]
      yield [text.replace(/[<>&']/g, (one) => `\\u00${one.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)]
    },
  },
  {
    id: 'json-line-break',
    rank: 2,
    cause: 'The body was parsed and written anew: the signed text ends in a line break, or is indented and does.',
    fix: RAW,
    *apply(text) {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        return
      }
      for (const indent of [undefined, 2, 4]) yield [`${JSON.stringify(value, null, indent)}\n`]
    },
  },
  {
    id: 'json-some-spaces',
    rank: 3,
    alone: true,
    cause: 'The body was parsed and written anew: the signed text has spaces behind some commas and colons alone.',
    fix: RAW,
    apply: someSpaces,
  },
  {
    id: 'json-numbers-rounded',
    rank: 2,
    cause:
      'The body was parsed and written anew: a number of more than 15 digits has lost its last ones, as JavaScript keeps no more.',
    fix: RAW,
    apply: unrounded,
  },
  {
    id: 'json-indented-escapes',
    rank: 2,
    cause:
      'The body was parsed and written anew: the signed text has indents, and escapes for other characters than ASCII.',
    fix: RAW,
    *apply(text) {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        return
      }
      for (const indent of [2, 4])
        yield [
          JSON.stringify(value, null, indent).replace(
            /[\u0080-\uffff]/g,
            (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
          ),
        ]
    },
  },
]

/** What happens to the body of a webhook between its sender and the verifier. */
export const DELIVERED_BODY: readonly TextMistake[] = /* @__PURE__ */ [
  ...[...JSON_MISTAKES, ...TEXT_MISTAKES, ...PAIRS_MISTAKES].flatMap((one) => {
    const cause = SIGNED_AS[one.id]
    return cause === undefined ? [] : [{ ...one, cause, fix: RAW }]
  }),
  ...SENDERS,
]
