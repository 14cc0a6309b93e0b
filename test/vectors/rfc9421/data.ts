import { readFileSync } from 'node:fs'
import { type Algorithm, importVerifyingKey, type VerifyingKey } from '../../../src/crypto/index.js'
import type { HttpMessage, HttpRequest } from '../../../src/message/message.js'
import type { FieldTypes } from '../../../src/schemes/rfc9421/index.js'

/** A message as the data files write it. */
interface WrittenMessage {
  readonly method?: string
  readonly scheme?: string
  readonly authority?: string
  readonly target?: string
  readonly status?: number
  readonly fields: ReadonlyArray<readonly [string, string]>
  readonly trailers?: ReadonlyArray<readonly [string, string]>
  readonly body?: string | null
  /** Name of the request that a response answers. */
  readonly request?: string
}

/** One key of RFC 9421 B.1. */
export interface PublishedKey {
  readonly keyId: string
  readonly algorithm: Algorithm
  readonly publicPem?: string
  readonly privatePem?: string
  readonly jwk?: JsonWebKey
  /** Base64; the shared secret only. */
  readonly secret?: string
}

/** One signature printed in RFC 9421. */
export interface PublishedSignature {
  readonly section: string
  readonly label: string
  readonly keyId: string
  readonly message: string
  readonly base: string
  /** Value of the label in Signature-Input. */
  readonly input: string
  /** Base64. */
  readonly signature: string
}

/** What happened to a signed message on its way (RFC 9421 B.4). */
export interface Transform {
  readonly name: string
  readonly valid: boolean
  readonly message: HttpMessage
}

/** A message and base lines that it gives (RFC 9421 2.1 and 2.2). */
export interface BaseLines {
  readonly section: string
  readonly message: HttpMessage
  readonly lines: readonly string[]
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))

const messages = (read('messages.json') as { messages: Record<string, WrittenMessage> }).messages
const signed = read('signatures.json') as {
  signatures: ReadonlyArray<Omit<PublishedSignature, 'base' | 'input'> & { base: readonly string[] }>
  transforms: { variants: ReadonlyArray<Omit<Transform, 'message'> & { message: WrittenMessage }> }
}
const examples = read('base-lines.json') as {
  fieldTypes: FieldTypes
  examples: ReadonlyArray<Omit<BaseLines, 'message'> & { message: WrittenMessage }>
}

function toMessage({ fields, trailers, body, request, ...rest }: WrittenMessage): HttpMessage {
  return {
    ...rest,
    fields: fields.flat(),
    ...(trailers === undefined ? {} : { trailers: trailers.flat() }),
    body: typeof body === 'string' ? new TextEncoder().encode(body) : null,
    ...(request === undefined ? {} : { request: publishedMessage(request) as HttpRequest }),
  } as HttpMessage
}

/** An example message by the name that RFC 9421 or the data file gives it. */
export function publishedMessage(name: string): HttpMessage {
  const written = messages[name]
  if (written === undefined) throw new Error(`no example message named ${name}`)
  return toMessage(written)
}

export const PUBLISHED_KEYS: readonly PublishedKey[] = (read('keys.json') as { keys: readonly PublishedKey[] }).keys

export const PUBLISHED_SIGNATURES: readonly PublishedSignature[] = signed.signatures.map((one) => ({
  ...one,
  base: one.base.join('\n'),
  input: (one.base.at(-1) as string).replace('"@signature-params": ', ''),
}))

export const TRANSFORMS: readonly Transform[] = signed.transforms.variants.map((one) => ({
  ...one,
  message: toMessage(one.message),
}))

/** Types of the example fields, which no registry lists. */
export const EXAMPLE_FIELD_TYPES: FieldTypes = examples.fieldTypes

export const BASE_LINES: readonly BaseLines[] = examples.examples.map((one) => ({
  ...one,
  message: toMessage(one.message),
}))

export function publishedKey(keyId: string): PublishedKey {
  const key = PUBLISHED_KEYS.find((one) => one.keyId === keyId)
  if (key === undefined) throw new Error(`no published key named ${keyId}`)
  return key
}

export function publishedSignature(section: string): PublishedSignature {
  const found = PUBLISHED_SIGNATURES.find((one) => one.section === section)
  if (found === undefined) throw new Error(`no published signature in section ${section}`)
  return found
}

/** Bytes of the shared secret of RFC 9421 B.1.5. */
export const sharedSecret = (): Uint8Array =>
  Uint8Array.from(atob(publishedKey('test-shared-secret').secret as string), (char) => char.charCodeAt(0))

/** The public half of a published key, as the library holds it. */
export function publishedVerifyingKey(keyId: string): Promise<VerifyingKey> {
  const { algorithm, jwk } = publishedKey(keyId)
  if (jwk === undefined) return importVerifyingKey(sharedSecret(), { keyId, algorithm })
  const { kty, crv, n, e, x, y } = jwk
  const publicJwk = Object.fromEntries(
    Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined),
  )
  return importVerifyingKey(publicJwk as JsonWebKey, { keyId, algorithm })
}

/** The message with one more signature, as the lines that carry it would arrive. */
export function withSignature<M extends HttpMessage>(message: M, label: string, input: string, signature: string): M {
  const lines = ['Signature-Input', `${label}=${input}`, 'Signature', `${label}=:${signature}:`]
  return { ...message, fields: [...message.fields, ...lines] }
}
