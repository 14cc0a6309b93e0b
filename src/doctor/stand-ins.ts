import { utf8Decode } from '../crypto/encoding.js'
import type { HttpRequest } from '../message/message.js'
import { splitTarget } from '../message/target.js'
import type { Unread } from './capture.js'
import type { Finding, SignatureVerdict } from './diagnosis.js'
import { likely, proven } from './finding.js'
import { withoutTexts } from './read/expressions.js'

/** What stands in a capture in place of a value that was sent; a page loads it when it comes to that. */

/**
 * `masked`: what hides it. `cut`: its beginning. `program`: what computes it, or its name. `unset`: the text that a program makes of
 * no value or of an object, which was sent.
 */
type Kind = 'masked' | 'cut' | 'program' | 'unset'

/** A field or parameter with such a value. */
export interface StandIn {
  readonly name: string
  /** What of the field it is, where that is named in it. */
  readonly part?: string
  readonly kind: Kind
  /** Without anything that may be a secret. */
  readonly text: string
}

// What people and loggers put in place of a value that they do not show.
const MASKED =
  /^(?:[\w-]{1,40} )?(?:[*\u2022\u25cf\u2026#]{3,}|\.{3,}|x{6,}|[<[({]{0,2}(?:redacted|hidden|masked|filtered|removed|omitted|secret|sensitive)[>\])}]{0,2}|[*]{2,}\w{0,8}[*]{2,}|\w{1,12}(?:\*{3,}|\.{3}|\u2026)\w{0,12})$/i
const CUT = /[\w+/=,"-] ?(?:\.{3,}|\u2026|[[(<](?:truncated|snipped|snip|cut|trimmed|shortened)[^\])>]{0,32}[\])>])$/i
// Between what stands around a value: a label, a quote, the end of a parameter.
const UNSET =
  /(?:^|[=:"'/ ,])(undefined|null|None|nil|NaN|\[object [A-Z]\w{0,32}\]|<(?:coroutine|generator|function|bound method|built-in (?:method|function)|async_generator)\b[^>]{0,128}>|\[native code\]|System\.Byte\[\]|\[B@[0-9a-f]{1,8}|#<(?:Promise|Object|OpenSSL)[^>]{0,64}>)(?=$|[:"'/ ,;)])/
const PROGRAM =
  /\$\{[^}]{0,256}\}|\{\{[^}]{0,256}\}\}|#\{[^}]{0,256}\}|<%=.{0,256}%>|\{[A-Za-z_][\w.]{0,64}(?:\([^{}]{0,128}\)[^{}]{0,128})?(?:![rsa])?(?::[^{}]{0,32})?\}|(?:^|[\s:=])(?:\$[A-Za-z_]\w{0,64}|%[A-Za-z_]\w{1,64}%|process\.env\b|os\.(?:environ|getenv)\b|(?:int|str|round)\(.{0,128}\)|Date\.now\(\)|System\.currentTimeMillis\(\))/
// What a format string has for a value: %s, %d, {}, {0}.
const HOLE = /^(?:%[\d.]{0,4}[a-z]|\{\d?\})$/
// A name or a call alone, where a signature or a time is meant; every signature has a digit or is longer.
const NAMED =
  /^(?:<[\w -]{1,48}>|(?=[a-z_$.]{0,24}(?:sign|sig|hmac|hash|time|stamp|now|date|ts))[a-z_$][a-z_$.]{0,24}(?:\([^()]{0,64}\))?)$/i

const OF_SIGNATURE = /sign(?!ed)|(?:^|[-_])sig(?:$|[-_])|hmac|mac$|^authorization$/i
const OF_TIME = /time(?!out|-?zone)|expires|^(?:ts|t|date)$|-(?:ts|date)$/i
const OF_KEY =
  /(?:api|access|app|consumer)[-_]?key|(?:^|(?<!idempotency|websocket|surrogate)[-_])key$|key-?id$|nonce|passphrase|digest|client-?id|access-?(?:id|token)/i
// Names a kind, a form or a list, whose values are words.
const OF_WORDS = /(?:method|type|alg|algorithm|version|format|input|headers?|unit)$/i

const PARTS = /^(?:credential|signature|keyid|oauth_\w+|username|app_?id|id|ts|t|mac|nonce)$/i

const OF_FORM: ReadonlyArray<readonly [of: RegExp, form: RegExp]> = [
  [OF_SIGNATURE, /^(?:signature-(?:form|length|zero|unreadable|malformed|not-last)|auth-malformed)$/],
  [OF_TIME, /^(?:time-(?:form|unit)|auth-malformed)$/],
  [OF_KEY, /^(?:nonce-form|key-form|auth-malformed|digest-form|passphrase-(?:plain|other))$/],
]

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** The parameters of a query or form. */
const pairsOf = (text: string): ReadonlyArray<readonly [string, string]> =>
  text
    .split('&', MOST_PAIRS)
    .map((pair) => [pair, pair.indexOf('=')] as const)
    .flatMap(([pair, at]) => (at < 1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)] as const]))

const MOST_PAIRS = 200
const MOST = 16
const LONGEST = 2_048

/** The fields and parameters of authentication whose values are none. */
export function standInsOf({ fields, target, body }: HttpRequest): readonly StandIn[] {
  const text = body instanceof Uint8Array && body.length < LONGEST ? (utf8Decode(body) ?? '') : ''
  const pairs = [
    ...fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] as string] as const] : [])),
    ...[splitTarget(target).query.slice(1), /^[\w.-]{1,64}=/.test(text) ? text : ''].flatMap(pairsOf),
  ]
  return pairs.flatMap(([name, sent]) => of(name, sent.trim().slice(0, LONGEST)) ?? []).slice(0, MOST)
}

function of(name: string, sent: string): StandIn | undefined {
  const is = (kind: Kind, text = ''): StandIn => ({ name: name.slice(0, 64), kind, text: text.slice(0, 48) })
  if (MASKED.test(sent)) return is('masked')
  if (!OF_FORM.some(([one]) => one.test(name))) return undefined
  const text = decoded(sent)
  const unset = UNSET.exec(text)
  // Authorization has several parts, of which the name stands before its value.
  const part = unset === null ? undefined : /([\w-]{1,32})=["':]?$/.exec(text.slice(0, unset.index + 1))?.[1]
  if (unset !== null) return { ...is('unset', unset[1]), ...(part !== undefined && PARTS.test(part) && { part }) }
  const isValue = (OF_SIGNATURE.test(name) || OF_TIME.test(name)) && !OF_WORDS.test(name)
  const program =
    (PROGRAM.exec(text) ?? HOLE.exec(text))?.[0] ??
    (isValue && !/^GMT|UTC$/.test(text) ? NAMED.exec(text)?.[0] : undefined)
  if (program !== undefined) return is('program', withoutTexts(program.trim()))
  return isValue && CUT.test(text) ? is('cut') : undefined
}

/** Without what is said of the form of values that are none: it is that of the stand-in. */
export const withoutForms = (findings: readonly Finding[], standIns: readonly StandIn[]): readonly Finding[] =>
  findings.filter(
    ({ id }) => !standIns.some(({ name }) => OF_FORM.some(([of, form]) => of.test(name) && form.test(id))),
  )

const PROBLEMS: Readonly<Record<Kind, string | undefined>> = {
  masked: 'its value is masked, so that nothing is known of it',
  cut: 'its value is cut off, so that nothing can be tested with it',
  program: 'it holds the text of a program in place of a value',
  unset: undefined,
}

/** What was not read of them, beside what the reader of the capture has said. */
export const unreadOf = (standIns: readonly StandIn[], unread: readonly Unread[]): readonly Unread[] =>
  standIns.flatMap(({ name, kind }) => {
    const problem = PROBLEMS[kind]
    return problem === undefined || unread.some(({ part }) => part.endsWith(name)) ? [] : [{ part: name, problem }]
  })

const whatOf = (name: string): readonly [id: string, what: string] =>
  OF_SIGNATURE.test(name)
    ? ['signature-unset', /^authorization$/i.test(name) ? 'signature or token' : 'signature']
    : OF_TIME.test(name)
      ? ['time-unset', 'time']
      : /digest/i.test(name)
        ? ['digest-unset', 'digest of the body']
        : ['key-unset', /passphrase/i.test(name) ? 'passphrase' : /nonce/i.test(name) ? 'nonce' : 'API key']

// What has become the text, by what it says.
const FIXES: ReadonlyArray<readonly [text: RegExp, fix: string]> = [
  [
    /Promise|coroutine/,
    'The function that makes it is asynchronous: await its result before it is put into the request.',
  ],
  [
    /method|function|native code/,
    'The function itself was written, and not what it returns: call it, with its brackets (hexdigest(), digest("hex")).',
  ],
  [
    /object|Byte|B@|generator|#</,
    'An object or bytes were written as text: take the text out of it (its hexadecimal or base64, or the member that holds it).',
  ],
  [/NaN/, 'A calculation went wrong: check that what the time is made of is a number.'],
]
const ABSENT =
  'Check the names of the variables and members, that the .env file is loaded before they are read, and that the function returns what it has made; stop at the start when one is absent.'

/** What is said of values that a program never had. They were sent, and are the cause whatever the signature is. */
export const unsetFindings = (standIns: readonly StandIn[]): readonly Finding[] =>
  standIns
    .filter(({ kind }) => kind === 'unset')
    .map(({ name, part = name, text }) => {
      const [id, what] = whatOf(part)
      return proven(
        id,
        /^(?:undefined|null|None|nil)$/.test(text)
          ? `The ${what} is the text of a value that is not there: the program had none where it made the request.`
          : `The ${what} is the text that a program makes of something else: it never was one.`,
        `${part === name ? name : `${part} in ${name}`} holds "${text}".`,
        FIXES.find(([one]) => one.test(text))?.[1] ?? ABSENT,
      )
    })

/** What is said where a program or a part of a value stands in place of what was sent; `open` are the parts of the former. */
export function shownFindings(
  standIns: readonly StandIn[],
  open: readonly string[],
  signature: SignatureVerdict,
): readonly Finding[] {
  const [written] = standIns.filter(({ kind, name }) => kind === 'program' && open.includes(name))
  const [cut] = standIns.filter(({ kind }) => kind === 'cut')
  return [
    ...(open.length === 0
      ? []
      : [
          (signature === 'fits' && written !== undefined ? proven : likely)(
            'program-text',
            'The text shows a program, not what it sent: names and expressions stand where values belong. Where they were sent so, that is the cause.',
            `${written === undefined ? 'It' : `"${written.text}"`} stands in ${open.slice(0, 4).join(', ')}.`,
            'Give the doctor the request as it was sent: print URL, headers and body right before sending, or take it from a log or a proxy. If the text itself was sent, put the value in: f"…" in Python, backticks in JavaScript, double quotes in a shell or PHP, an environment with a value in Postman.',
          ),
        ]),
    ...(cut === undefined || signature === 'fits' || signature === 'explained'
      ? []
      : [
          likely(
            'value-cut',
            `The text shows ${cut.name} cut off, so that it cannot be tested. Where it was sent so, that is the cause.`,
            'Its value ends with a mark of what is left out ("..." or "[truncated]").',
            'Give the doctor the whole value: export the HAR with its content, or raise the limit of the logger (util.inspect with maxStringLength: null).',
          ),
        ]),
  ]
}
