import { createHmac } from 'node:crypto'
import { base64, base64Decode, hexDecode, utf8 } from '../../../src/crypto/encoding.js'
import type { Bytes, SyncSigningKey } from '../../../src/crypto/key.js'
import type { DiagnoseOptions } from '../../../src/doctor/index.js'
import type { HttpRequest } from '../../../src/message/message.js'
import type { SignScheme } from '../../../src/schemes/scheme.js'

/** What a sender of a source does otherwise. */
export interface How {
  readonly nowMs?: number
  /** What is signed in place of the text to sign. */
  readonly base?: (base: Bytes) => Bytes
  /** What signs in place of the key. */
  readonly sign?: (base: Bytes) => Uint8Array
}

/** A signed request with what it was signed over. */
export interface Made {
  readonly request: HttpRequest
  readonly base: Bytes
  readonly signature: Uint8Array
}

/** One scheme or exchange with an account, whose requests are signed rightly until a mistake is made. */
export interface Source {
  readonly name: string
  readonly family: string
  /** As `DiagnoseOptions.scheme`, where the mistake takes away what it is found by. */
  readonly scheme?: string
  readonly messages: readonly HttpRequest[]
  readonly sign: (message: HttpRequest, how?: How) => Made
  readonly options: DiagnoseOptions
  readonly nowMs: number
  /** The text of a shared secret, and how it becomes the bytes of the MAC; absent for other keys. */
  readonly shared?: Shared
  readonly keyId: string
}

/** How the MAC is made: what another secret or hash is put into. */
export interface Shared {
  readonly secret: string
  readonly reading: 'utf8' | 'base64' | 'hex'
  readonly hash: string
}

const READINGS: ReadonlyArray<readonly [Shared['reading'], (text: string) => Uint8Array | undefined]> = [
  ['utf8', utf8],
  ['base64', (text) => base64Decode(text.replace(/^whsec_/, ''))],
  ['hex', hexDecode],
]

export const mac = (hash: string, key: Uint8Array, base: Bytes): Uint8Array =>
  new Uint8Array(createHmac(hash, key).update(base).digest())

/** Finds by trial how a secret is used, so that nothing here depends on what the doctor takes for right. */
export function sharedOf(secret: string, key: SyncSigningKey): Shared | undefined {
  const probe = 'a text to sign'
  let wanted: string
  try {
    wanted = base64(key.sign(probe) as Uint8Array)
  } catch {
    return undefined
  }
  for (const [reading, read] of READINGS) {
    const bytes = read(secret)
    if (bytes === undefined) continue
    for (const hash of ['sha256', 'sha512', 'sha384', 'sha1'])
      if (base64(mac(hash, bytes, probe)) === wanted) return { secret, reading, hash }
  }
  return undefined
}

/** Signs with the key of a source, or with what a mistake puts in its place. */
export function signer(
  scheme: SignScheme,
  key: SyncSigningKey,
  nowMs: number,
  nonce: string,
): (message: HttpRequest, how?: How) => Made {
  return (
    message,
    {
      nowMs: at = nowMs,
      base: change = (base: Bytes) => base,
      sign = (base: Bytes) => key.sign(base) as Uint8Array,
    } = {},
  ) => {
    const prepared = scheme.prepare(message, { keyId: key.keyId, algorithm: key.algorithm, nowMs: at, nonce })
    const base = change(prepared.base)
    const signature = sign(base)
    return { request: prepared.attach(signature) as HttpRequest, base, signature }
  }
}
