import { fail } from '../../errors.js'
import { itemTexts, rawMembers } from '../spec/json-elements.js'
import type { TypedDataField } from '../wallet/typed-data.js'

type Kind = 'hexadecimal' | 'text' | 'flag' | 'short' | 'wide'

/**
 * How the exchange's client writes each kind of value in JSON (nado-protocol 2.0.0, the requests of engine_client and trigger_client):
 * integers of 32 bits as digits, wider ones as text, hexadecimal in lower case. A wallet signs the value and not its characters, so with
 * a second spelling a body could be changed and its signature stay.
 */
const SPELLINGS: Readonly<Record<Kind, RegExp>> = {
  hexadecimal: /^"0x[0-9a-f]*"$/,
  text: /^"/,
  flag: /^(?:true|false)$/,
  short: /^(?:0|[1-9]\d{0,9})$/,
  wide: /^"(?:0|-?[1-9]\d{0,77})"$/,
}

const KINDS: ReadonlyArray<readonly [type: RegExp, kind: Kind]> = [
  [/^(?:bytes|address)/, 'hexadecimal'],
  [/^string/, 'text'],
  [/^bool/, 'flag'],
  [/^uint32\b/, 'short'],
]

const kindFor = (type: string): Kind => KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'wide'

/** What no JSON number would round, in any spelling that a wallet's typed data takes. */
const isWhole = (value: unknown): value is number | bigint | string =>
  typeof value === 'string'
    ? /^(?:-?\d{1,78}|0x[0-9a-f]{1,64})$/i.test(value)
    : typeof value === 'bigint' || Number.isSafeInteger(value)

/** A value as the client writes it; one that does not fit its type stays, and is refused where it is signed. */
function spelt(kind: Kind, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => spelt(kind, one))
  if (kind === 'hexadecimal') return typeof value === 'string' ? value.toLowerCase() : value
  if (kind === 'text' || kind === 'flag' || !isWhole(value)) return value
  return kind === 'short' ? Number(value) : String(BigInt(value))
}

/** The JSON of a struct, each member in its one spelling. */
export function nadoText(fields: readonly TypedDataField[], struct: Readonly<Record<string, unknown>>): string {
  const kinds = new Map(fields.map(({ name, type }) => [name, kindFor(type)]))
  const entries = Object.entries(struct).map(([name, value]) => [name, spelt(kinds.get(name) ?? 'text', value)])
  return JSON.stringify(Object.fromEntries(entries), (_, one) => (typeof one === 'bigint' ? String(one) : one))
}

/**
 * The members of the one call in a body, as they are written.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export const nadoMembers = (body: string): ReadonlyArray<readonly [name: string, text: string]> =>
  rawMembers((rawMembers(body)[0] as readonly [string, string])[1])

/**
 * Refuses a call that was received in another spelling than its client's.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`, with the name of the member.
 */
export function assertNadoSpelling(body: string, part: string, fields: readonly TypedDataField[]): void {
  const call = new Map(nadoMembers(body))
  assertSpelt(call, [{ name: 'product_id', type: 'uint32' }])
  assertSpelt(new Map(rawMembers(call.get(part) as string)), fields, `${part}.`)
}

function assertSpelt(texts: ReadonlyMap<string, string>, fields: readonly TypedDataField[], path = ''): void {
  for (const { name, type } of fields) {
    const text = texts.get(name)
    // One that is missing is refused where the struct is read.
    if (text === undefined) continue
    const pattern = SPELLINGS[kindFor(type)]
    for (const one of type.endsWith('[]') && text.startsWith('[') ? itemTexts(text) : [text])
      if (!pattern.test(one))
        fail('AUTH_MALFORMED', `"${path}${name}" must be written as the exchange's client writes it`)
  }
}
