import { assertOptions, CountersignError, type OptionKind, type OptionNames } from '../../errors.js'
import { type Coverage, memberOf } from '../scheme.js'
import { assertTypes, LABEL } from './options.js'
import { quoted } from './quoted.js'

const COMPONENT: Readonly<Partial<Record<Coverage, string>>> = {
  method: '@method',
  scheme: '@scheme',
  authority: '@authority',
  path: '@path',
  query: '@query',
  body: 'content-digest',
}

/** Options of {@link acceptSignature}. */
export interface AcceptSignatureOptions {
  /** What the signature must cover. */
  readonly required: ReadonlySet<Coverage>
  /** Name of the signature. Default `sig1`. */
  readonly label?: string
  /** The application's tag that the signature must carry. Default: none is asked for. */
  readonly tag?: string
  /** Ask for a nonce. Default `true`. */
  readonly nonce?: boolean
  /** Ask for the time of its end. Default `false`. */
  readonly expires?: boolean
}

// A text would be read letter by letter, and a list of texts is what others take.
const REQUIRED: OptionKind = [(value) => value instanceof Set, 'a Set of what must be covered']
const KNOWN: OptionNames<AcceptSignatureOptions> = { required: REQUIRED, label: 1, tag: 1, nonce: 1, expires: 1 }

/**
 * The `Accept-Signature` value a server sends: one signature request (RFC 9421 5.1).
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a label or tag that cannot be written.
 * @example
 * ```ts
 * import { acceptSignature } from 'countersign/rfc9421'
 *
 * const value = acceptSignature({ required: new Set(['method', 'authority', 'path', 'query', 'body']), tag: 'orders' })
 * ```
 */
export function acceptSignature(options: AcceptSignatureOptions): string {
  assertOptions('acceptSignature', options ?? null, KNOWN, { require: 'required' })
  assertTypes('acceptSignature', options, 'ARGUMENT_INVALID')
  const { required, label = 'sig1', tag, nonce = true, expires = false } = options
  if (!LABEL.test(label))
    throw new CountersignError('ARGUMENT_INVALID', '"label" must be a structured-field key, got another text')
  const ids = new Set<string>()
  for (const fact of required) {
    const id = identifierOf(fact)
    if (id !== undefined) ids.add(id)
  }
  return `${label}=(${[...ids].join(' ')});created${expires ? ';expires' : ''}${nonce ? ';nonce' : ''};keyid${tag === undefined ? '' : `;tag=${quoted(tag, 'tag')}`}`
}

/** A fact as the component that covers it; `undefined` for what only a response has. */
function identifierOf(fact: Coverage): string | undefined {
  const name = COMPONENT[fact]
  if (name !== undefined) return quoted(name, 'required')
  if (fact.startsWith('query-param:')) return `"@query-param";name=${quoted(fact.slice(12), 'required')}`
  const [field, member] = memberOf(fact) ?? []
  if (field === undefined) return undefined
  return quoted(field, 'required') + (member === undefined ? '' : `;key=${quoted(member, 'required')}`)
}
