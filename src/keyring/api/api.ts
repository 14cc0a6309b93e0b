import { assertOptions, CountersignError, fail, mustBe, type OptionNames } from '../../errors.js'
import type { Accepted } from '../../server/verdict.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { FLAG, FUNCTION, having, MEMBERS } from '../../support/option-kinds.js'
import type { Keyring, KeyringAudit } from '../keyring-options.js'
import type { Input } from './call.js'
import { assertScoped, type Caller, callerOf, isAccepted, isVisible } from './caller.js'
import { keyringOpenApi } from './openapi.js'
import type { Operation } from './operations.js'
import { type KeyringApiPaths, routeOf, settingsOf } from './paths.js'
import { ANSWER_HEADERS, problem, problemOf } from './problem.js'
import { readJson, readQuery } from './read-json.js'
import { assertFits } from './schema.js'

/**
 * Lets admins hand out what their own keys are limited in: other addresses, methods, rates, and ends later than their own. For
 * an admin key that is bound to an office and makes keys for customers elsewhere. Without it no key hands out more than it is.
 *
 * @deprecated To make it stand out: a stolen admin key with limits makes itself one without.
 */
export const unlimitedAdmins: unique symbol = Symbol('countersign.unlimitedAdmins')

/** Set-up of {@link createKeyringApi}. */
export interface KeyringApiOptions extends Omit<KeyringApiPaths, 'hasIncident'> {
  /** The keyring whose keys are administered. */
  readonly keyring: Keyring
  /** Answers `/keys/{id}/incident`: the keyring's audit log, where that can be read. Without it there is no such path. */
  readonly incident?: NonNullable<KeyringAudit['incident']>
  /** Lets a caller that has limits of its own issue keys without them. */
  readonly [unlimitedAdmins]?: true
  /** Called with what is answered with a status from 500 on. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
}

/**
 * Answers a request that a verifier has accepted. It is the handler of `withSignature`; called with anything but a verdict, it
 * answers 401.
 */
export type KeyringApi = (request: Request, verdict?: Accepted) => Promise<Response>

const KNOWN: OptionNames<KeyringApiOptions> = {
  keyring: [having('what createKeyring made', 'describe', 'issue'), 2],
  incident: FUNCTION,
  onError: FUNCTION,
  basePath: 1,
  scopes: MEMBERS,
  adminScope: 1,
  publicOpenApi: FLAG,
}

const ok = (status: number, body: object, headers: object = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...ANSWER_HEADERS, 'content-type': 'application/json', ...headers },
  })

/** The values of a field, whatever the case of its name. */
const valuesOf = (fields: readonly string[], name: string): string[] =>
  fields.filter((_, i) => i % 2 === 1 && fields[i - 1]?.toLowerCase() === name)

const JSON_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?$/i

/**
 * The operations of a keyring over HTTP: a handler for `withSignature` of `countersign/server/fetch`, so that every request is
 * signed, fresh and sent once. It routes by what was signed and reads the verified body; `request` is not looked at.
 *
 * - the caller's key needs `keys:read` or `keys:write`, and `keys:admin` for the keys of other owners, which otherwise
 *   answer like ids that never were
 * - no key hands out more than it is: no scope, address, method, path, size, age or rate beyond its own, and no end later than
 *   its own. What is not given is inherited. A key does not loosen its own limits
 * - a secret is in the answer to `issue`, `rotate`, `renew` and `compromise`, once, and nowhere else
 * - a problem is RFC 9457 problem details with a `code` of this package
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant. The handler never rejects.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9457 | RFC 9457}
 * @example
 * ```ts
 * import { createKeyringApi, type Keyring } from 'countersign/keyring'
 * import type { Verifier } from 'countersign/server'
 * import { withSignature } from 'countersign/server/fetch'
 *
 * export const admin = (keyring: Keyring, verifier: Verifier) =>
 *   withSignature(verifier, createKeyringApi({ keyring }), { publicOrigin: 'https://keys.example.com' })
 * ```
 */
export function createKeyringApi(options: KeyringApiOptions): KeyringApi {
  assertOptions('createKeyringApi', options, KNOWN)
  const { keyring, incident, onError = console.error } = options ?? {}
  mustBe(keyring !== undefined, 'keyring', 'what createKeyring made', keyring)
  const unlimited: unknown = options[unlimitedAdmins]
  mustBe(unlimited === undefined || typeof unlimited === 'boolean', 'unlimitedAdmins', 'true', unlimited)
  const isUnlimited = unlimited === true
  const settings = settingsOf({ ...options, hasIncident: incident !== undefined })
  const { basePath, scopes, adminScope, publicOpenApi } = settings
  const document = keyringOpenApi(settings)

  const failed = (error: unknown): Response => {
    const answer = problemOf(error)
    if (answer.status >= 500) report(error)
    return answer
  }
  const report = (error: unknown): void => ignoreErrors(() => onError(error))

  const bodyOf = ({ body, bodyStream, request }: Accepted, operation: Operation): unknown | Response => {
    if (bodyStream !== undefined) fail('BODY_CONSUMED', 'the verifier must read the body: mount it without streamBody')
    if (body === null || body.length === 0) {
      if (operation.body === undefined || operation.bodyOptional === true) return {}
      fail('ARGUMENT_INVALID', 'the request needs a body')
    }
    if (operation.body === undefined) fail('ARGUMENT_INVALID', 'the request must have no body')
    const types = valuesOf(request.fields, 'content-type')
    return types.length === 1 && JSON_TYPE.test(types[0] as string)
      ? readJson(body)
      : problem(415, { detail: 'the body must have the type application/json' })
  }

  const run = async (
    operation: Operation,
    id: string | undefined,
    query: string,
    verdict: Accepted,
    caller: Caller,
  ): Promise<Response> => {
    const { properties = {} } = operation.query ?? {}
    const asked = readQuery(
      query,
      (parameter) => Object.hasOwn(properties, parameter) && properties[parameter]?.type === 'integer',
    )
    assertFits(operation.query ?? { type: 'object', properties, additionalProperties: false }, asked, '')
    const stated = bodyOf(verdict, operation)
    if (stated instanceof Response) return stated
    if (operation.body !== undefined) assertFits(operation.body, stated, '')
    const key = id === undefined ? undefined : await keyring.describe(id)
    if (key !== undefined && !isVisible(caller, key)) fail('KEY_NOT_FOUND', 'of another owner')
    const input = { ...asked, ...(stated as object) } as Input
    const body = await operation.run({ keyring, caller, input, key: key as never, incident, document })
    const made = operation.status === 201 ? (body as { readonly key: { readonly id: string } }).key.id : undefined
    return ok(operation.status, body, made === undefined ? {} : { location: `${basePath}/keys/${made}` })
  }

  const answer = async (verdict: Accepted): Promise<Response> => {
    const { method, target } = verdict.request
    const at = target.indexOf('?')
    const path = at === -1 ? target : target.slice(0, at)
    const route = path.startsWith(`${basePath}/`) ? routeOf(path.slice(basePath.length)) : undefined
    if (route === undefined || (route.operations.get('GET')?.[0] === 'incident' && incident === undefined))
      return problem(404)
    const headers = { allow: route.allow }
    if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { ...ANSWER_HEADERS, ...headers } })
    const found = route.operations.get(method === 'HEAD' ? 'GET' : method)
    if (found === undefined) return problem(405, { headers })
    const caller = callerOf(verdict, adminScope, isUnlimited)
    if (!(found[0] === 'openapi' && publicOpenApi)) assertScoped(caller, scopes[found[0]])
    return run(found[1], route.id, at === -1 ? '' : target.slice(at + 1), verdict, caller)
  }

  const isDocument = ({ method, url }: Request): boolean =>
    (method === 'GET' || method === 'HEAD') && new URL(url).pathname === `${basePath}/openapi.json`

  return async (request, verdict) => {
    try {
      if (!isAccepted(verdict)) {
        if (publicOpenApi && isDocument(request)) return headed(request.method, ok(200, document))
        report(
          new CountersignError(
            'CONFIG_INVALID',
            'the keyring API must be mounted behind a verifier: there is no verdict',
          ),
        )
        return problem(401, { headers: { 'www-authenticate': 'Signature' } })
      }
      return headed(verdict.request.method, await answer(verdict).catch(failed))
    } catch (error) {
      return failed(error)
    }
  }
}

/** RFC 9110 9.3.2: the same fields, and no content. */
const headed = (method: string, { status, headers, body }: Response): Response =>
  new Response(method === 'HEAD' ? null : body, { status, headers })
