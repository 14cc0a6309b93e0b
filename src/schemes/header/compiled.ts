import { hashText } from '#backend/hash'
import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { fieldValues, normalizeValue } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { isLine } from '../../support/ascii.js'
import { bodyBytes } from '../scheme/signed-bytes.js'
import type { Coverage } from '../scheme.js'
import type { HeaderPart, HeaderSchemeOptions } from './header-scheme.js'

/** A description with its defaults, checked. */
export type Plan = Required<Omit<HeaderSchemeOptions, 'accept'>> & {
  readonly covers: ReadonlySet<Coverage>
  /** The encoding of the digest of the body, where one is signed. */
  readonly digest: 'hex' | 'base64'
  /** Whether the body itself, or a digest that no header carries, is a part of the text. */
  readonly readsBody: boolean
}

/** The texts of authentication itself. */
export interface Credentials {
  readonly key: string
  readonly timestamp: string
  readonly nonce: string
  /** What the header of the digest holds; `undefined` without that header. */
  readonly digest: string | undefined
}

type Reader = (request: HttpRequest, credentials: Credentials) => Bytes

const mark = (target: string): number => {
  const at = target.indexOf('?')
  return at === -1 ? target.length : at
}

const PARTS: Readonly<Record<string, readonly [Reader, ...Coverage[]]>> = {
  __proto__: null as never,
  key: [(_, { key }) => key],
  timestamp: [(_, { timestamp }) => timestamp],
  nonce: [(_, { nonce }) => nonce],
  method: [({ method }) => method, 'method'],
  authority: [({ authority }) => authority, 'authority'],
  path: [({ target }) => target.slice(0, mark(target)), 'path'],
  query: [({ target }) => target.slice(mark(target) + 1), 'query'],
  target: [({ target }) => target, 'path', 'query'],
  body: [(request) => bodyBytes('body', request), 'body'],
  'body-sha256': [(request, { digest }) => digest ?? hashText('sha256', bodyBytes('body', request), 'hex'), 'body'],
  'body-sha256-base64': [
    (request, { digest }) => digest ?? hashText('sha256', bodyBytes('body', request), 'base64'),
    'body',
  ],
}

const FIELD = /^field:([!#$%&'*+\-.^_`|~0-9a-z]{1,64})$/
const TEXT = /^text:[!-~ ]{1,64}$/

export const isPart = (part: unknown): part is HeaderPart =>
  typeof part === 'string' && (part in PARTS || FIELD.test(part) || TEXT.test(part))

/** The value of a header that is signed. @throws {CountersignError} `COMPONENT_MISSING`, `HEADER_DUPLICATE`, `AUTH_MALFORMED`. */
function fieldOf(request: HttpRequest, lower: string): string {
  const values = fieldValues(request.fields, lower)
  if (values.length > 1) fail('HEADER_DUPLICATE', `${lower} is signed and must stand once, got ${values.length} lines`)
  const value = normalizeValue(values[0] ?? fail('COMPONENT_MISSING', `${lower} is signed and must be there`))
  // Bytes beyond ASCII are one text to one side and another to the other; a line feed would forge the next part.
  return isLine(value) ? value : fail('AUTH_MALFORMED', `${lower} is signed and must be ASCII in one line`)
}

export function compiled(options: Omit<Plan, 'covers' | 'digest' | 'readsBody'>): Plan {
  const hashed = options.base.find((part) => part.startsWith('body-'))
  const { key, timestamp, nonce } = options.headers
  return {
    ...options,
    covers: new Set<Coverage>([
      ...options.base.flatMap((part): readonly Coverage[] => {
        if (part.startsWith('text:')) return []
        if (part.startsWith('field:')) return [part as Coverage]
        const [, ...covers] = PARTS[part] as readonly [Reader, ...Coverage[]]
        return covers
      }),
      ...(options.base.includes('key') ? [`field:${key.toLowerCase()}` as const] : []),
      ...(nonce === undefined ? [] : [`field:${nonce.toLowerCase()}` as const]),
      `field:${timestamp.toLowerCase()}`,
    ]),
    digest: hashed === 'body-sha256' ? 'hex' : 'base64',
    readsBody: options.base.some((part) => part.startsWith('body')) && options.headers.bodyDigest === undefined,
  }
}

/** The signed text, in parts that are joined as they are. */
export function baseParts({ base, separator }: Plan, request: HttpRequest, credentials: Credentials): readonly Bytes[] {
  const out: Bytes[] = []
  let text = ''
  for (const [at, part] of base.entries()) {
    if (at > 0) text += separator
    const value = part.startsWith('text:')
      ? part.slice(5)
      : part.startsWith('field:')
        ? fieldOf(request, part.slice(6))
        : (PARTS[part] as readonly [Reader])[0](request, credentials)
    if (typeof value === 'string') text += value
    else {
      out.push(text, value)
      text = ''
    }
  }
  if (text !== '') out.push(text)
  return out
}
