import { fail, kindOf, mustBe } from '../errors.js'
import { base64, base64Decode, utf8, utf8Decode } from './encoding.js'
import { revealed, Secret } from './secret.js'

/*
 * The contents of a vault, as `age -d` prints them: JSON, names in order, then spaces.
 *
 *   {
 *     "bot-1": { "base64": "AAECAwQFBgcICQoLDA0ODw==" },
 *     "okx": "a secret that is text"
 *   }
 */

/** Secrets by their names. */
export type VaultEntries = Readonly<Record<string, Uint8Array | Secret>> | ReadonlyMap<string, Uint8Array | Secret>

const NAME = /^[A-Za-z0-9._-]{1,64}$/
const MAX_ENTRIES = 1_000
const MAX_SECRET = 65_536
const MAX_BYTES = 2 ** 20
const SMALLEST = 4_096

// Controls and invisible characters: a terminal acts on some, and a text with them is rather bytes. PEM has line breaks.
const UNPRINTABLE = /[^\P{C}\n\r\t]/u
// The strings of a JSON text that is known to be one; those with a colon behind them are names.
const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/g

/** True for 1 to 64 letters, digits, `.`, `_` and `-`. */
export const isVaultName = (name: unknown): name is string => typeof name === 'string' && NAME.test(name)

const fits = ({ length }: Uint8Array): boolean => length > 0 && length <= MAX_SECRET

/**
 * Entries as the UTF-8 of JSON. Contents of up to 4 KiB always have the same size, larger ones the next power of two: the size
 * of one secret shows only where it crosses such a step.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`; a name is not repeated, because it may be a secret in the wrong place.
 */
export function packEntries(entries: VaultEntries): Uint8Array {
  mustBe(typeof entries === 'object' && entries !== null, 'entries', 'an object or a Map', entries, 'ARGUMENT_INVALID')
  const list = (entries instanceof Map ? [...entries] : Object.entries(entries)) as [string, Uint8Array | Secret][]
  if (list.length > MAX_ENTRIES)
    fail('ARGUMENT_INVALID', `"entries" must be at most ${MAX_ENTRIES}, got ${list.length}`)
  const rows = list.map(([name, secret]) => {
    if (!isVaultName(name))
      fail('ARGUMENT_INVALID', '"entries" must have names of 1 to 64 of A-Za-z0-9._-, got another')
    const bytes = revealed(secret, 'entries: secret')
    if (!fits(bytes))
      fail('ARGUMENT_INVALID', `"entries" must hold secrets of 1 to ${MAX_SECRET} bytes, got ${bytes.length}`)
    const text = utf8Decode(bytes)
    return [name, text === undefined || UNPRINTABLE.test(text) ? { base64: base64(bytes) } : text] as const
  })
  rows.sort(([a], [b]) => (a < b ? -1 : 1))
  const packed = utf8(JSON.stringify(Object.fromEntries(rows), undefined, 2))
  // A line break ends them.
  const used = packed.length + 1
  if (used > MAX_BYTES) fail('ARGUMENT_INVALID', `"entries" must be at most ${MAX_BYTES} bytes together, got ${used}`)
  const out = new Uint8Array(paddedLength(used)).fill(0x20)
  out.set(packed)
  out[out.length - 1] = 0x0a
  packed.fill(0)
  return out
}

function paddedLength(used: number): number {
  let length = SMALLEST
  while (length < used) length *= 2
  return length
}

/**
 * The entries of such bytes. Any JSON of the same members is read, also what was written by hand; nothing of it is ignored.
 *
 * @throws {CountersignError} `STORE_CORRUPTED` for anything else, without repeating any of it.
 */
export function unpackEntries(plain: Uint8Array): Map<string, Secret> {
  const text = utf8Decode(plain) ?? damaged('is not UTF-8')
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return damaged(`is ${kindOf(value)}`)
  const rows = Object.entries(value)
  if (rows.length > MAX_ENTRIES) damaged(`has more than ${MAX_ENTRIES} entries`)
  const out = new Map<string, Secret>()
  let names = 0
  for (const [name, one] of rows) {
    if (!isVaultName(name)) damaged('has a name that is not 1 to 64 of A-Za-z0-9._-')
    const bytes = secretBytes(one)
    if (bytes === undefined || !fits(bytes))
      return damaged(`has an entry that is no text and no base64 of 1 to ${MAX_SECRET} bytes`)
    out.set(name, new Secret(bytes))
    names += typeof one === 'string' ? 1 : 2
  }
  // JSON.parse keeps the last of two members with one name, so the names are counted.
  for (const [, colon] of text.matchAll(STRINGS)) if (colon !== undefined) names--
  return names === 0 ? out : damaged('has a name twice')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not the parser's message: it quotes the text.
    return damaged('is not JSON')
  }
}

function secretBytes(value: unknown): Uint8Array | undefined {
  // A lone surrogate has no UTF-8.
  if (typeof value === 'string') return /\p{Cs}/u.test(value) ? undefined : utf8(value)
  const { base64: encoded, ...others } = (value ?? {}) as Readonly<Record<string, unknown>>
  return typeof encoded === 'string' && Object.keys(others).length === 0 ? base64Decode(encoded) : undefined
}

const damaged = (got: string): never =>
  fail('STORE_CORRUPTED', `vault contents must be a JSON object of names and secrets; this ${got}`)
