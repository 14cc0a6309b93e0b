import { createHash } from 'node:crypto'
import type { SigningKey } from '../../src/crypto/key.js'
import type { HttpRequest } from '../../src/message/message.js'

/** What a forged signature is made of. Nothing is checked: this writes what an honest signer would refuse to write. */
export interface Forgery {
  readonly request: HttpRequest
  /** Raw identifiers, as they stand between the parentheses. Default: method, authority, path, query. */
  readonly covered?: readonly string[]
  /** Raw text behind the parentheses. */
  readonly params: string
  readonly key: Pick<SigningKey, 'sign'>
  readonly label?: string
}

export const FOUR: readonly string[] = ['"@method"', '"@authority"', '"@path"', '"@query"']

const pathOf = (target: string): string => target.split('?', 1)[0] as string

/** RFC 9421 2.2 for the components that forgeries need, written down a second time so that nothing is proven by itself. */
const VALUE: Readonly<Record<string, (request: HttpRequest) => string>> = {
  '"@method"': ({ method }) => method,
  '"@authority"': ({ authority }) => authority,
  '"@path"': ({ target }) => pathOf(target),
  '"@query"': ({ target }) => target.slice(pathOf(target).length) || '?',
}

function fieldValue({ fields }: HttpRequest, name: string): string {
  const values: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.toLowerCase() === name) values.push(fields[i + 1] as string)
  }
  return values.join(', ')
}

export function forgedBase({ request, covered = FOUR, params }: Omit<Forgery, 'key'>): string {
  const lines = covered.map((id) => `${id}: ${VALUE[id]?.(request) ?? fieldValue(request, id.slice(1, -1))}`)
  return [...lines, `"@signature-params": (${covered.join(' ')})${params}`].join('\n')
}

/** The request with a signature that is good over exactly this text. */
export function forge(forgery: Forgery): HttpRequest {
  const { request, covered = FOUR, params, key, label = 'sig1' } = forgery
  const signature = Buffer.from(key.sign(forgedBase(forgery)) as Uint8Array).toString('base64')
  return withFields(
    request,
    'Signature-Input',
    `${label}=(${covered.join(' ')})${params}`,
    'Signature',
    `${label}=:${signature}:`,
  )
}

/** The request with further lines, unchecked. */
export const withFields = (request: HttpRequest, ...lines: readonly string[]): HttpRequest => ({
  ...request,
  fields: [...request.fields, ...lines],
})

/** The request with every value of one field changed. */
export const editField = (request: HttpRequest, name: string, edit: (value: string) => string): HttpRequest => ({
  ...request,
  fields: request.fields.map((text, i) =>
    i % 2 === 1 && request.fields[i - 1]?.toLowerCase() === name.toLowerCase() ? edit(text) : text,
  ),
})

/** The request without one field. */
export const dropField = (request: HttpRequest, name: string): HttpRequest => ({
  ...request,
  fields: request.fields.filter((_, i) => request.fields[i - (i % 2)]?.toLowerCase() !== name.toLowerCase()),
})

export const fieldOf = (request: HttpRequest, name: string): string => fieldValue(request, name.toLowerCase())

/** The request with another signature of the same length or not: the bytes, changed. */
export const editSignature = (request: HttpRequest, edit: (bytes: Buffer) => Uint8Array): HttpRequest =>
  editField(request, 'signature', (text) =>
    text.replace(/:([^:]*):/, (_, base64: string) => {
      const bytes = edit(Buffer.from(base64, 'base64'))
      return `:${Buffer.from(bytes).toString('base64')}:`
    }),
  )

export const contentDigest = (body: Uint8Array | string, name: 'sha-256' | 'sha-512' = 'sha-256'): string =>
  `${name}=:${createHash(name.replace('-', '')).update(body).digest('base64')}:`
