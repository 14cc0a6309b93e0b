import { assertOptions, fail, type OptionNames } from '../../errors.js'
import { normalizeAuthority, originOf as originIn } from '../../message/target.js'
import { LIST, MEMBERS } from '../../support/option-kinds.js'
import { codeFor } from '../code.js'
import type { Demands } from '../demands.js'
import { demandsOf } from '../demands-of.js'
import { type ClientGuideOptions, ORIGIN, originOf, PREFIX } from '../options.js'
import { schemeText } from './headers.js'
import { bodyOf, sampleOf } from './sample.js'
import {
  copyOf,
  isObject,
  type Json,
  listOf,
  memberOf,
  type OpenApiInput,
  type OperationAt,
  operationsOf,
  resolved,
} from './walk.js'

/** Options of {@link postmanCollection}: as of `clientGuide`. */
export interface PostmanOptions extends Pick<ClientGuideOptions, 'policy' | 'schemes' | 'origin' | 'envPrefix'> {
  /** Default: the title of the document. */
  readonly name?: string
}

/** A collection of Postman, format 2.1. */
export interface PostmanCollection {
  /** What the collection is. */
  readonly info: { readonly name: string; readonly description: string; readonly schema: string }
  /** Its requests, in folders. */
  readonly item: readonly object[]
  /** Scripts that sign. */
  readonly event?: readonly object[]
  /** What the requests are filled with. */
  readonly variable: readonly object[]
}

const KNOWN: OptionNames<PostmanOptions> = {
  policy: [MEMBERS, 2],
  schemes: LIST,
  origin: ORIGIN,
  envPrefix: PREFIX,
  name: [
    (value) => typeof value === 'string' && value.length > 0 && value.length <= 200,
    'a text of 1 to 200 characters',
  ],
}
const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'

/** The URL that paths stand behind: the first server of the document, which must be one of the policy. */
function baseUrl(document: Json, origin: string, policy: Demands['policy']): string {
  const server = listOf(document['servers'])[0]
  const given = memberOf(server, 'url')
  const variables = memberOf(server, 'variables')
  const url =
    typeof given !== 'string'
      ? ''
      : given.replace(/\{([^{}]*)\}/g, (_, name: string) =>
          String(memberOf(memberOf(variables, name), 'default') ?? ''),
        )
  const own = originIn(url)
  if (own === undefined) return origin + (url.startsWith('/') ? url.replace(/\/+$/, '') : '')
  if (!policy.authorities.includes(normalizeAuthority(own.authority, own.scheme)))
    fail(
      'CONFIG_INVALID',
      `postmanCollection: the server of the document must be one of the policy's authorities (${policy.authorities.join(', ')})`,
    )
  return (
    origin +
    url
      .slice(`${own.scheme}://${own.authority}`.length)
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))

function requestOf(document: Json, at: OperationAt, fields: readonly string[]): object {
  const { path, method, operation } = at
  const all = [...at.shared, ...listOf(operation['parameters'])].map((one) => resolved(document, one)).filter(isObject)
  const of = (place: string): readonly Json[] => all.filter((one) => one['in'] === place)
  const sample = (one: Json): string => textOf(one['example'] ?? sampleOf(document, one['schema']))
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replace(/^\{([^{}]+)\}$/, ':$1').replace(/\{([^{}]+)\}/g, '{{$1}}'))
  const query = of('query').map((one) => ({ key: one['name'], value: sample(one), disabled: one['required'] !== true }))
  const used = query.filter((one) => !one.disabled).map(({ key, value }) => `${key}=${value}`)
  const body = bodyOf(document, operation)
  // What the script writes itself is not typed; what has to be there is.
  const headers = [
    ...(body === undefined ? [] : [{ key: 'Content-Type', value: body.type }]),
    ...of('header')
      .filter((one) => !MADE.includes(String(one['name']).toLowerCase()))
      .map((one) => ({ key: one['name'], value: sample(one), disabled: one['required'] !== true })),
  ]
  const known = headers.map(({ key }) => String(key).toLowerCase())
  return {
    name: textOf(operation['summary'] ?? operation['operationId'] ?? `${method.toUpperCase()} ${path}`),
    request: {
      method: method.toUpperCase(),
      header: [...headers, ...fields.filter((name) => !known.includes(name)).map((key) => ({ key, value: 'example' }))],
      url: {
        raw: `{{baseUrl}}/${steps.join('/')}${used.length === 0 ? '' : `?${used.join('&')}`}`,
        host: ['{{baseUrl}}'],
        path: steps,
        query,
        variable: of('path').map((one) => ({ key: one['name'], value: sample(one) })),
      },
      ...(body !== undefined && {
        body: { mode: 'raw', raw: body.text, options: { raw: { language: /json/.test(body.type) ? 'json' : 'text' } } },
      }),
      description: textOf(operation['description'] ?? ''),
    },
  }
}

const MADE = ['signature', 'signature-input', 'content-digest', 'content-type', 'accept', 'authorization']

/**
 * A Postman collection (format 2.1) of a service, from its OpenAPI document, with the script in it that signs every request as the
 * policy asks. Key id and secret are variables of an environment, `SIGNING_KEY_ID` and `SIGNING_SECRET`, and never in the collection.
 * Operations with `security: []` stand in a folder without the script. Postman signs with HMAC-SHA256 only.
 *
 * @throws {CountersignError} `CONFIG_INVALID` as {@link openapi}, for a policy without HMAC-SHA256, and for a document whose server the
 *   policy does not name.
 * @see {@link https://schema.getpostman.com/collection/json/v2.1.0/draft-07/docs/index.html | Postman collection 2.1.0}
 * @example
 * ```ts
 * import { postmanCollection } from 'countersign/guide'
 * import { strictPolicy } from 'countersign/server'
 *
 * const document = { openapi: '3.1.0', info: { title: 'Orders', version: '1' }, paths: { '/orders': { get: { responses: {} } } } }
 * const collection = postmanCollection(document, { policy: strictPolicy({ authorities: ['api.example.com'] }) })
 * console.log(JSON.stringify(collection, null, 2))
 * ```
 */
export function postmanCollection(document: OpenApiInput, options: PostmanOptions): PostmanCollection {
  assertOptions('postmanCollection', options, KNOWN, { title: 'name', url: 'origin', scheme: 'schemes' })
  const { policy, envPrefix = 'SIGNING_' } = options
  const [demands] = demandsOf(options.schemes, policy) as [Demands]
  const input = copyOf('postmanCollection', document)
  const origin = originOf(options, policy)
  const [code] = codeFor(demands, ['postman'], { origin, envPrefix })
  const script = code?.files[0]?.text ?? ''
  const event = [{ listen: 'prerequest', script: { type: 'text/javascript', exec: script.split('\n') } }]
  const all = operationsOf('postmanCollection', input)
  const isOpen = ({ operation }: OperationAt): boolean =>
    listOf(operation['security'] ?? input['security'] ?? [{}]).length === 0
  const item = (at: OperationAt): object => requestOf(input, at, isOpen(at) ? [] : demands.fields)
  const open = all.filter(isOpen)
  const signed = all.filter((at) => !isOpen(at)).map(item)
  const title = options.name ?? textOf(memberOf(input['info'], 'title') ?? 'API')
  return {
    info: {
      name: title,
      description: `${schemeText(demands)} Set ${envPrefix}KEY_ID and ${envPrefix}SECRET in an environment, the secret as a variable of type secret.`,
      schema: SCHEMA,
    },
    variable: [{ key: 'baseUrl', value: baseUrl(input, origin, demands.policy) }],
    ...(open.length === 0
      ? { event, item: signed }
      : {
          item: [
            { name: 'Signed', event, item: signed },
            { name: 'Without a signature', item: open.map(item) },
          ],
        }),
  }
}
