import type { Refusal } from '../capture.js'
import type { Finding, SignatureVerdict } from '../diagnosis.js'
import { WAYS } from '../exchange/way.js'
import { likely } from '../finding.js'
import { type Answer, answerOf } from './answer.js'
import { codeFindings } from './code-alone.js'
import { EXCHANGE_REFUSALS } from './exchanges.js'
import { KINDS, type Kind } from './kinds.js'
import { OWN } from './own.js'
import { COMMON, SERVICE_REFUSALS } from './services.js'
import { statusFindings } from './status.js'
import { codesIn, type Refusals } from './table.js'

interface Told {
  readonly kind: Kind
  /** What the answer says, as it says it. */
  readonly words: string
  readonly source: string
}

function toldBy({ source, codes = {}, texts = [] }: Refusals, answer: Answer): Told | undefined {
  for (const [pattern, kind] of texts) {
    const words = pattern.exec(answer.words)?.[0]
    if (words !== undefined) return { kind, words: words.slice(0, 80), source }
  }
  for (const [kind, row] of Object.entries(codes)) {
    const words = codesIn(row as string).find((code) => answer.codes.includes(code))
    if (words !== undefined) return { kind: kind as Kind, words, source }
  }
  return undefined
}

const isSeveral = ({ words }: Told): boolean => words.length > 14 || /[^ -~]/.test(words)

/** What all exchanges that have such words, or a code of such words, mean by it. */
function toldByWords(answer: Answer): Told | undefined {
  const codes = answer.codes.filter((one) => /[a-z]{4}/i.test(one))
  const rows = Object.values(EXCHANGE_REFUSALS)
  const agreed = (some: readonly Refusals[]): Told | undefined => {
    // One word may stand in any text.
    const all = some.flatMap((one) => toldBy(one, { words: answer.words, codes }) ?? []).filter(isSeveral)
    // The one that has more of the words is the one whose answer it is.
    const longest = [...all].sort((a, b) => b.words.length - a.words.length)[0]
    return all.every(({ kind }) => kind === longest?.kind) ? longest : undefined
  }
  // A code says whose answer it is; what its words say is then meant.
  return agreed(rows.filter((one) => toldBy({ ...one, texts: [] }, { words: '', codes }) !== undefined)) ?? agreed(rows)
}

/** How an exchange says that the time was wrong is part of its data. */
function toldByClock(id: string, answer: Answer): Told | undefined {
  for (const { id: of, spec } of WAYS) {
    const words = of === id ? spec.clock?.error.exec(answer.words)?.[0] : undefined
    // A code is shown without the JSON around it.
    if (words !== undefined) return { kind: 'time', words: words.replace(/^.*:\s*"?|"/g, ''), source: spec.docs }
  }
  return undefined
}

/** Former names, and those that libraries have for them. */
const ALSO: Readonly<Record<string, string>> = {
  okex: 'okx',
  okcoin: 'okx',
  huobi: 'htx',
  gateio: 'gate',
  mxc: 'mexc',
  gdax: 'coinbase-exchange',
  coinbasepro: 'coinbase-exchange',
  cryptofacilities: 'kraken-futures',
  kucoinfutures: 'kucoin',
  binanceusdm: 'binance',
  binancecoinm: 'binance',
  binanceus: 'binance',
  bequant: 'hitbtc',
  fmfwio: 'hitbtc',
  coinbaseadvanced: 'coinbase',
  gateeu: 'gate',
  myokx: 'okx',
  okxus: 'okx',
  bybiteu: 'bybit',
  woofipro: 'orderly',
}

/** The exchange whose name stands in a text; the longest name where one is the start of another. */
export function exchangeIn(text: string): string | undefined {
  const words = new Set(text.toLowerCase().match(/[a-z0-9-]{2,32}/g) ?? [])
  // "bitfinex-api-node" in the path of a file; short names are parts of many words.
  const parts = new Set([...words].flatMap((word) => word.split('-').filter((part) => part.length > 6)))
  return namedIn(words) ?? byField(words) ?? namedIn(parts)
}

function namedIn(words: ReadonlySet<string>): string | undefined {
  const named = [...new Set(WAYS.map(({ id }) => id))]
    .sort((a, b) => b.length - a.length)
    .find((id) => words.has(id) || words.has(id.replaceAll('-', '')))
  return named ?? ALSO[Object.keys(ALSO).find((one) => words.has(one)) ?? '']
}

/** The exchange that alone has a field of this name: `KC-API-SIGN`. */
function byField(words: ReadonlySet<string>): string | undefined {
  const found = new Set(
    WAYS.filter(({ spec }) =>
      (spec.headers ?? []).some(([name]) => name.length > 6 && words.has(name.toLowerCase())),
    ).map(({ id }) => id),
  )
  return found.size === 1 ? [...found][0] : undefined
}

const own = (answer: Answer, signature: SignatureVerdict): readonly Finding[] => {
  const code = answer.codes.find((one) => Object.hasOwn(OWN, one))
  if (code === undefined) return []
  // What the search has found, or has not, says more than the code does.
  if (code === 'SIGNATURE_INVALID' && signature !== 'untested')
    return shown({ kind: 'signature', words: code, source: 'docs/errors.md' }, signature)
  const [cause, fix] = OWN[code] as readonly [string, string]
  const id = `refused-${code.toLowerCase().replaceAll('_', '-')}`
  return [likely(id, cause, `The answer says ${code} (docs/errors.md).`, fix)]
}

/** What the search has an answer to. */
const SIGNATURE: ReadonlySet<Kind> = /* @__PURE__ */ new Set<Kind>(['signature', 'key-or-signature'])

const TESTED =
  'Check that key and secret belong together and to this environment: the secret that was given here does not lead to this signature.'

/** What is said of an answer that was pasted without its request: what its words say, or else its code. */
export const answerFindings = (scheme: string | undefined, text: string): readonly Finding[] =>
  toldAlone(scheme, text).map((one) => (one.fix === KINDS.signature.fix ? { ...one, fix: WITH_REQUEST } : one))

const WITH_REQUEST =
  'Give the request to the doctor as well (URL, headers and body as they were sent) with the secret: it tests what may have been signed; nothing is sent.'

function toldAlone(scheme: string | undefined, text: string): readonly Finding[] {
  const id = scheme ?? exchangeIn(text)
  const told = refusalFindings(id, text, 'untested')
  if (told.length > 0) return told
  // The name may be that of the library, or of another member.
  const named = scheme === undefined && id !== undefined ? refusalFindings(undefined, text, 'untested') : []
  const known = named.length > 0 || scheme !== undefined ? named : codeFindings(answerOf(text))
  return known.length > 0 ? known : statusFindings(text)
}

/** What a refusal says, beside what is known of the signature. */
export function refusalFindings(
  scheme: string | undefined,
  told: string | Refusal | undefined,
  signature: SignatureVerdict,
): readonly Finding[] {
  const answer = told === undefined || told === '' ? undefined : answerOf(told)
  return answer === undefined || answer.words === '' ? [] : saidOf(scheme, answer, signature)
}

function saidOf(scheme: string | undefined, answer: Answer, signature: SignatureVerdict): readonly Finding[] {
  const [id = ''] = (scheme ?? '').split('/')
  const of = Object.hasOwn(EXCHANGE_REFUSALS, id) ? EXCHANGE_REFUSALS[id] : undefined
  const told =
    (of && toldBy(of, answer)) ??
    toldByClock(id, answer) ??
    SERVICE_REFUSALS.map((one) => toldBy(one, answer)).find((one) => one !== undefined) ??
    (scheme === undefined ? toldByWords(answer) : undefined) ??
    (own(answer, signature).length > 0 ? undefined : toldBy(COMMON, answer))
  return told === undefined ? own(answer, signature) : shown(told, signature)
}

function shown({ kind, words, source }: Told, signature: SignatureVerdict): readonly Finding[] {
  const { cause, fix } = KINDS[kind]
  const evidence = `The answer says "${words}"${source === '' ? '' : ` (${source})`}.`
  if (!SIGNATURE.has(kind)) return [likely(`refused-${kind}`, cause, evidence, fix)]
  // What the search found says more than the answer does.
  if (signature === 'explained') return []
  if (signature === 'fits')
    return [
      likely(
        'refused-although-it-fits',
        'The other side says that the signature is wrong, and it fits this request and the secret that was given here.',
        evidence,
        'The other side has another secret for this key, or received another request: check the environment of the key, and what proxies change.',
      ),
    ]
  return [likely(`refused-${kind}`, cause, evidence, signature === 'unexplained' ? TESTED : fix)]
}
