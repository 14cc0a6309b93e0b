import { createHash } from 'node:crypto'
import type { VerdictCode } from '../../../../src/errors.js'
import type { HttpRequest } from '../../../../src/message/message.js'

/** A request as the file writes it. */
export interface WrittenRequest {
  readonly method: string
  readonly scheme: string
  readonly authority: string
  readonly target: string
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  /** Base64; `null` for no body, which is not the empty one. */
  readonly body: string | null
}

/** One key, with everything that makes it. */
export interface WrittenKey {
  readonly keyId: string
  readonly algorithm: string
  readonly secret?: string
  readonly seed?: string
  readonly publicKey?: string
  readonly status?: 'disabled' | 'revoked'
  readonly notBeforeMs?: number
  readonly expiresAtMs?: number
}

export interface SignVector {
  readonly name: string
  readonly keyId: string
  readonly created: number
  readonly nonce: string
  readonly options: {
    readonly tag?: string
    readonly expires?: number
    readonly alg?: true
    readonly digest?: 'sha-512'
    readonly label?: string
  }
  readonly request: WrittenRequest
  readonly base: string
  /** Lines that signing adds, in their order. */
  readonly added: ReadonlyArray<readonly [name: string, value: string]>
}

export interface VerifyVector {
  readonly name: string
  readonly nowMs: number
  /** Sent and accepted before, to the same server. */
  readonly before?: readonly WrittenRequest[]
  readonly request: WrittenRequest
  readonly keyId: string
  readonly base: string
}

export interface RefuseVector {
  readonly name: string
  readonly nowMs: number
  readonly before?: readonly WrittenRequest[]
  readonly request: WrittenRequest
  readonly code: VerdictCode
}

export interface WrittenPolicy {
  readonly authorities: readonly string[]
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly maxLifetimeMs: number
  readonly maxBodyBytes: number
  readonly require: readonly string[]
  readonly requireWithBody: readonly string[]
  readonly requireNonce: boolean
  readonly contentCodings: readonly string[]
  readonly methodOverrideFields: readonly string[]
}

export interface PublishedVectors {
  readonly $schema: './schema.json'
  readonly version: 1
  readonly policy: WrittenPolicy
  readonly keys: readonly WrittenKey[]
  readonly sign: readonly SignVector[]
  readonly verify: readonly VerifyVector[]
  readonly refuse: readonly RefuseVector[]
}

export const writtenRequest = ({ method, scheme, authority, target, fields, body }: HttpRequest): WrittenRequest => ({
  method,
  scheme,
  authority,
  target,
  fields: fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] as string] as const] : [])),
  body: body === null ? null : Buffer.from(body as Uint8Array).toString('base64'),
})

export const readRequest = ({ fields, body, ...rest }: WrittenRequest): HttpRequest => ({
  ...rest,
  fields: fields.flat(),
  body: body === null ? null : new Uint8Array(Buffer.from(body, 'base64')),
})

/** The same nonce for a name at every run. */
export const nonceOf = (name: string): string => createHash('sha256').update(name).digest('base64url').slice(0, 22)
