import { assertOptions, type OptionNames } from '../../errors.js'
import { FLAG, MEMBERS, TEXT } from '../../support/option-kinds.js'
import { ANSWERS } from './answers.js'
import { type KeyringOperation, OPERATIONS, type Operation } from './operations.js'
import { type KeyringApiPaths, settingsOf } from './paths.js'
import { MOST_BODY_BYTES } from './read-json.js'
import type { ObjectSchema } from './schema.js'

/** The URL of the API in the document. */
export interface KeyringOpenApiOptions extends KeyringApiPaths {
  /** `https://keys.example.com`; without it the document speaks of the server it came from. */
  readonly origin?: string
  /** Default `API keys`. */
  readonly title?: string
  /** Default `1`. */
  readonly version?: string
}

/** An OpenAPI 3.1 document, plain JSON. */
export interface OpenApiDocument {
  /** Version of OpenAPI. */
  readonly openapi: '3.1.0'
  /** What the API is. */
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  /** Where the API is. */
  readonly servers: ReadonlyArray<{ readonly url: string }>
  /** The operations, by path and method. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  /** Schemas and answers that operations refer to. */
  readonly components: object
  /** What every request must show. */
  readonly security: readonly object[]
}

const KNOWN: OptionNames<KeyringOpenApiOptions> = {
  origin: [
    (value) => typeof value === 'string' && /^https?:\/\/[^/?#]+$/.test(value),
    'an origin such as https://keys.example.com',
  ],
  title: TEXT,
  version: TEXT,
  basePath: 1,
  scopes: MEMBERS,
  adminScope: 1,
  publicOpenApi: FLAG,
  hasIncident: FLAG,
}

const json = (schema: object): object => ({ 'application/json': { schema } })
const answered = (name: string): object => ({ $ref: `#/components/schemas/${name}` })

const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }

const parameters = ({ path, query }: Operation): object[] => [
  ...(path.includes('{id}') ? [ID] : []),
  ...Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) === true,
    schema,
  })),
]

const requestBody = (body: ObjectSchema, operation: Operation): object => ({
  required: operation.bodyOptional !== true,
  content: json(body),
})

const described = (name: KeyringOperation, operation: Operation, scope: string | undefined): object => ({
  operationId: name,
  summary: operation.summary,
  ...(parameters(operation).length !== 0 && { parameters: parameters(operation) }),
  ...(operation.body !== undefined && { requestBody: requestBody(operation.body, operation) }),
  responses: {
    [operation.status]: { description: operation.summary, content: json(answered(operation.answer)) },
    default: {
      description: 'RFC 9457 problem details',
      content: { 'application/problem+json': { schema: answered('Problem') } },
    },
  },
  security: scope === undefined ? [] : [{ signature: [scope] }],
})

/**
 * The OpenAPI 3.1 document of {@link createKeyringApi}, written from the table that requests are checked by. The API serves
 * it itself, to signed requests, as `/openapi.json`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` as {@link createKeyringApi}.
 * @see {@link https://spec.openapis.org/oas/v3.1.0 | OpenAPI 3.1.0}
 * @example
 * ```ts
 * import { keyringOpenApi } from 'countersign/keyring'
 *
 * console.log(JSON.stringify(keyringOpenApi({ origin: 'https://keys.example.com', basePath: '/v1' }), null, 2))
 * ```
 */
export function keyringOpenApi(options: KeyringOpenApiOptions = {}): OpenApiDocument {
  assertOptions('keyringOpenApi', options, KNOWN)
  const { basePath, scopes, adminScope, hasIncident, publicOpenApi } = settingsOf(options)
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, operation] of Object.entries(OPERATIONS) as [KeyringOperation, Operation][]) {
    if (name === 'incident' && !hasIncident) continue
    const scope = name === 'openapi' && publicOpenApi ? undefined : scopes[name]
    const method = { [operation.method.toLowerCase()]: described(name, operation, scope) }
    paths[operation.path] = { ...paths[operation.path], ...method }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: options.title ?? 'API keys',
      version: options.version ?? '1',
      description: `Bodies are JSON of at most ${MOST_BODY_BYTES} bytes. Without the scope ${adminScope} there are only the caller's own keys.`,
    },
    servers: [{ url: `${options.origin ?? ''}${basePath}` || '/' }],
    paths,
    components: {
      schemas: ANSWERS,
      securitySchemes: {
        signature: {
          type: 'http',
          scheme: 'signature',
          description: 'HTTP Message Signatures (RFC 9421): the fields Signature-Input and Signature.',
        },
      },
    },
    security: [{ signature: [] }],
  }
}
