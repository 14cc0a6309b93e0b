import { assertOptions, fail, type OptionNames } from '../../errors.js'
import type { HeaderScheme } from '../../schemes/header/header-scheme.js'
import type { VerifyScheme } from '../../schemes/scheme.js'
import type { Policy } from '../../server/policy/policy.js'
import { LIST, MEMBERS } from '../../support/option-kinds.js'
import type { Demands } from '../demands.js'
import { demandsOf } from '../demands-of.js'
import { headersOf, parameterOf, type SignedHeader, securityScheme } from './headers.js'
import {
  copyOf,
  isObject,
  type Json,
  listOf,
  memberOf,
  nameOf,
  type OpenApiInput,
  type OperationAt,
  operationsOf,
  resolved,
} from './walk.js'

/** Options of {@link openapi}. */
export interface OpenApiOptions {
  /** The policy of the verifier. */
  readonly policy: Policy
  /** What the verifier takes, as for `clientGuide`. Default: RFC 9421. */
  readonly schemes?: ReadonlyArray<VerifyScheme | HeaderScheme>
  /** The name of RFC 9421 among the security schemes. Default `signature`; a header scheme goes by its id. */
  readonly name?: string
}

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/
const KNOWN: OptionNames<OpenApiOptions> = {
  policy: [MEMBERS, 2],
  schemes: LIST,
  name: [(value) => typeof value === 'string' && NAME.test(value), 'a name of letters, digits, ".", "_" and "-"'],
}

const REFUSED = 'SignatureRefused'
const conflict = (what: string): never => fail('CONFIG_INVALID', `openapi: ${what}`)
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Puts a member among the components of a kind; one of the same name must be the same. */
function put(document: Json, kind: string, name: string, value: Json): void {
  const components = isObject(document['components']) ? document['components'] : {}
  document['components'] = components
  const all = isObject(components[kind]) ? components[kind] : {}
  components[kind] = all
  const known = memberOf(all, name)
  if (known !== undefined && !isSame(known, value)) conflict(`components.${kind} has another "${name}" already`)
  all[name] = value
}

/** Whether requests of an operation are signed: all, except those that the document leaves open. */
function isSigned(at: OperationAt, document: Json, names: readonly string[]): boolean {
  const own = at.operation['security'] ?? document['security']
  if (own === undefined) return true
  const all = listOf(own)
  // An empty list, or an empty alternative, leaves it open (OpenAPI 3.1.0, Security Requirement Object).
  if (all.length === 0 || all.some((one) => isObject(one) && Object.keys(one).length === 0)) return false
  if (all.some((one) => isObject(one) && names.some((name) => Object.hasOwn(one, name)))) return true
  return conflict(`${nameOf(at)} states security of another kind: leave it out, or state [{ "${names[0]}": [] }]`)
}

const refTo = (key: string): Json => ({ $ref: `#/components/parameters/${key}` })

/** The references to headers that an operation lacks. */
function lacking(at: OperationAt, document: Json, headers: readonly SignedHeader[]): readonly Json[] {
  const there = [...at.shared, ...listOf(at.operation['parameters'])]
  return headers.flatMap(({ key, name, withBody, own }) => {
    if (withBody && at.operation['requestBody'] === undefined) return []
    const same = there.find((one) => {
      const parameter = resolved(document, one)
      return (
        memberOf(parameter, 'in') === 'header' &&
        String(memberOf(parameter, 'name')).toLowerCase() === name.toLowerCase()
      )
    })
    if (same === undefined) return [refTo(key)]
    return own || isSame(same, refTo(key)) ? [] : conflict(`${nameOf(at)} has a parameter "${name}" of its own`)
  })
}

/** What every refused request is answered with. */
const refusedResponse = (demands: readonly Demands[]): Json => ({
  description:
    'The request is not signed as it must be, or by no key that is known. The answer is the same for every reason.',
  headers: demands.some(({ kind }) => kind === 'rfc9421')
    ? { 'Accept-Signature': { description: 'What has to be signed (RFC 9421 5.1).', schema: { type: 'string' } } }
    : {},
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' } },
      },
    },
  },
})

/**
 * An OpenAPI document with what a policy asks of requests: the security scheme with its description, the headers of every signed
 * operation, and the answer 401. The document that is given stays as it is, and a document that has all this already comes back
 * the same. Operations with `security: []` are left open.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for what is no OpenAPI 3.0 or 3.1, for a name that the document has for something else,
 *   for an operation with security of another kind, and as `clientGuide` for the policy.
 * @see {@link https://spec.openapis.org/oas/v3.1.0 | OpenAPI 3.1.0}
 * @example
 * ```ts
 * import { openapi } from 'countersign/guide'
 * import { strictPolicy } from 'countersign/server'
 *
 * const document = { openapi: '3.1.0', info: { title: 'Orders', version: '1' }, paths: { '/orders': { post: { responses: {} } } } }
 * console.log(JSON.stringify(openapi(document, { policy: strictPolicy({ authorities: ['api.example.com'] }) }), null, 2))
 * ```
 */
export function openapi<D extends OpenApiInput>(document: D, options: OpenApiOptions): D {
  assertOptions('openapi', options, KNOWN, { scheme: 'schemes', securityScheme: 'name' })
  const all = demandsOf(options.schemes, options.policy)
  const out = copyOf('openapi', document)
  const names = all.map(({ kind, id }) => (kind === 'rfc9421' ? (options.name ?? 'signature') : id))
  const operations = operationsOf('openapi', out)
  const signed = operations.filter((at) => isSigned(at, out, names))
  const headers = all.flatMap(headersOf)
  // Of several schemes a request has the headers of one.
  const required = all.length === 1
  for (const [at, demands] of all.entries()) put(out, 'securitySchemes', names[at] as string, securityScheme(demands))
  for (const one of headers) put(out, 'parameters', one.key, parameterOf(one, required))
  put(out, 'responses', REFUSED, refusedResponse(all))
  for (const at of signed) {
    const { operation } = at
    const added = lacking(at, out, headers)
    if (added.length > 0) operation['parameters'] = [...listOf(operation['parameters']), ...added]
    const responses = isObject(operation['responses']) ? operation['responses'] : {}
    operation['responses'] = { ...responses, 401: responses['401'] ?? { $ref: `#/components/responses/${REFUSED}` } }
  }
  if (out['security'] === undefined) out['security'] = names.map((name) => ({ [name]: [] }))
  return out as unknown as D
}
