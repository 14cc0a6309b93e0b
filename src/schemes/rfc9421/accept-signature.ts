import { CountersignError } from '../../errors.js'
import type { Coverage } from '../scheme.js'
import { LABEL } from './options.js'
import { quoted } from './quoted.js'

const COMPONENT: Readonly<Partial<Record<Coverage, string>>> = {
  method: '@method',
  scheme: '@scheme',
  authority: '@authority',
  path: '@path',
  query: '@query',
  body: 'content-digest',
}

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
export function acceptSignature(options: {
  readonly required: ReadonlySet<Coverage>
  readonly label?: string
  readonly tag?: string
  readonly nonce?: boolean
}): string {
  const { required, label = 'sig1', tag, nonce = true } = options
  if (!LABEL.test(label)) throw new CountersignError('ARGUMENT_INVALID', '"label" expected a structured-field key')
  const names = new Set<string>()
  for (const fact of required) {
    const name = COMPONENT[fact] ?? (fact.startsWith('field:') ? fact.slice(6) : undefined)
    if (name !== undefined) names.add(name)
  }
  const list = [...names].map((name) => quoted(name, 'required')).join(' ')
  return `${label}=(${list});created${nonce ? ';nonce' : ''};keyid${tag === undefined ? '' : `;tag=${quoted(tag, 'tag')}`}`
}
