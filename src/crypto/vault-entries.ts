import { CountersignError } from '../errors.js'
import { utf8 } from './encoding.js'
import { revealed, Secret } from './secret.js'

/** Secrets by their names. */
export type VaultEntries = Readonly<Record<string, Uint8Array | Secret>> | ReadonlyMap<string, Uint8Array | Secret>

const NAME = /^[A-Za-z0-9._-]{1,64}$/
const MAX_ENTRIES = 1_000
const MAX_SECRET = 65_536
const MAX_BYTES = 2 ** 20
const SMALLEST = 4_096

const refuse = (text: string): never => {
  throw new CountersignError('ARGUMENT_INVALID', text)
}

/** True for 1 to 64 letters, digits, `.`, `_` and `-`. */
export const isVaultName = (name: unknown): name is string => typeof name === 'string' && NAME.test(name)

/**
 * Entries as bytes: for each, in the order of names, the name's length (1 byte), the name, the secret's length (4 bytes),
 * the secret; then zeros. A vault of up to 4 KiB always has the same size, a larger one the next power of two: the size of
 * one secret shows only where it crosses such a step.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`; a name is not repeated, because it may be a secret in the wrong place.
 */
export function packEntries(entries: VaultEntries): Uint8Array {
  if (typeof entries !== 'object' || entries === null) refuse('"entries" must be an object or a Map')
  const list = (entries instanceof Map ? [...entries] : Object.entries(entries)) as [string, Uint8Array | Secret][]
  if (list.length > MAX_ENTRIES) refuse(`"entries" must be at most ${MAX_ENTRIES}, got ${list.length}`)
  const rows = list.map(([name, secret]) => {
    if (!isVaultName(name)) refuse('"entries" must have names of 1 to 64 of A-Za-z0-9._-, got another')
    const bytes = revealed(secret, 'entries: secret')
    if (bytes.length === 0 || bytes.length > MAX_SECRET)
      refuse(`"entries" must hold secrets of 1 to ${MAX_SECRET} bytes, got ${bytes.length}`)
    return { name, bytes }
  })
  rows.sort((a, b) => (a.name < b.name ? -1 : 1))
  // A zero where the next name's length would be ends the list.
  const used = rows.reduce((sum, { name, bytes }) => sum + 1 + name.length + 4 + bytes.length, 1)
  if (used > MAX_BYTES) refuse(`"entries" must be at most ${MAX_BYTES} bytes together, got ${used}`)
  const out = new Uint8Array(paddedLength(used))
  const view = new DataView(out.buffer)
  let at = 0
  for (const { name, bytes } of rows) {
    out[at] = name.length
    out.set(utf8(name), at + 1)
    view.setUint32(at + 1 + name.length, bytes.length)
    out.set(bytes, at + 5 + name.length)
    at += 5 + name.length + bytes.length
  }
  return out
}

function paddedLength(used: number): number {
  let length = SMALLEST
  while (length < used) length *= 2
  return length
}

/** The entries of such bytes; `undefined` for any others. */
export function unpackEntries(plain: Uint8Array): Map<string, Secret> | undefined {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length)
  const out = new Map<string, Secret>()
  let at = 0
  let before = ''
  for (;;) {
    const nameLength = plain[at]
    if (nameLength === undefined) return undefined
    if (nameLength === 0) break
    const secretAt = at + 5 + nameLength
    if (secretAt > plain.length) return undefined
    const name = String.fromCharCode(...plain.subarray(at + 1, at + 1 + nameLength))
    const end = secretAt + view.getUint32(at + 1 + nameLength)
    // In order, so none twice.
    if (!isVaultName(name) || name <= before || end > plain.length || end === secretAt) return undefined
    out.set(name, new Secret(plain.subarray(secretAt, end)))
    before = name
    at = end
  }
  return plain.length === paddedLength(at + 1) && plain.subarray(at).every((byte) => byte === 0) ? out : undefined
}
