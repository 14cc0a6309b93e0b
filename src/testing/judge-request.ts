import type { VerdictCode } from '../errors.js'
import type { Draft } from '../exchange/spec/draft.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import { signatureOf } from '../exchange/verifier/verifier.js'
import { fieldValues } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import type { Account } from './accounts.js'
import { needOf } from './general.js'
import { type Inside, routeFor } from './inside.js'
import { codeOf, judge } from './judge.js'
import { type Missing, missingPart } from './missing.js'

/** A request in memory. */
export interface Received {
  readonly request: HttpRequest
  /** Its body as text, '' where there is none or where it is no UTF-8. */
  readonly body: string
  readonly clientIp: string | undefined
}

/** One request, judged. */
export interface Judged extends Partial<Missing> {
  readonly code: VerdictCode | undefined
  readonly account?: Account | undefined
  readonly draft?: Draft | undefined
  readonly ended?: boolean | undefined
  /** True for a request that its fields send to another environment. */
  readonly astray?: boolean | undefined
}

/** Refusals behind which something may just be missing. */
const INCOMPLETE: ReadonlySet<string> = new Set([
  ...['AUTH_MISSING', 'AUTH_MALFORMED', 'TIMESTAMP_MALFORMED', 'NONCE_MALFORMED', 'SIGNATURE_MALFORMED'],
  ...['PASSPHRASE_INVALID', 'KEY_UNKNOWN'],
])

/**
 * Reads a request as the exchange's verifier does and judges it.
 *
 * @param what `METHOD /path`
 */
export async function judgeRequest(inside: Inside, received: Received, what: string): Promise<Judged> {
  const found = await judgeAt(inside, received, what)
  if (!(inside.spec.covers.includes('authority') && PROXIED.has(found.code ?? ''))) return found
  // A signer that has the mock as its `baseUrl` signs what an exchange behind a proxy sees: the exchange's host.
  const { request } = received
  for (const origin of inside.spec.origins) {
    const [scheme, authority] = origin.split('://') as [string, string]
    const again = await judgeAt(inside, { ...received, request: { ...request, scheme, authority } }, what)
    if (!PROXIED.has(again.code ?? '')) return again
  }
  return found
}

const PROXIED: ReadonlySet<string> = new Set(['SIGNATURE_INVALID', 'AUTH_MALFORMED'])

async function judgeAt(inside: Inside, { request, body, clientIp }: Received, what: string): Promise<Judged> {
  const { spec, scheme, answers } = inside
  let draft: Draft | undefined
  let found: Judged
  try {
    draft = scheme.read(request)
    if (draft === undefined) found = { code: 'AUTH_MISSING' }
    else {
      const signature = signatureOf(spec, spec, draft, new Set(spec.covers))
      const free = Object.hasOwn(answers.keyInfo ?? {}, what) || what === `${spec.token?.method} ${spec.token?.path}`
      const need = free ? undefined : needOf(answers, what)
      // A route of the test's stands before all checks of what is asked for.
      const ends = routeFor(inside.routes, what) === undefined ? inside.ends : undefined
      found = { ...(await judge(inside, { draft, signature, clientIp, need, ends })), draft }
    }
  } catch (error) {
    found = { code: codeOf(error), draft }
  }
  if (found.code === undefined) return isAstray(spec, request) ? { code: 'KEY_UNKNOWN', draft, astray: true } : found
  if (!INCOMPLETE.has(found.code)) return found
  const missing = missingPart(spec, request, body)
  return missing === undefined ? found : { ...found, ...missing, code: 'AUTH_MISSING' }
}

/**
 * Whether a request is one to another environment: it lacks a field that every request to this one shows, or shows that of another
 * one. Nothing signs these fields, and live orders and those on paper have the same host.
 */
function isAstray({ headers = [], environments = {} }: ExchangeSpec, { fields }: HttpRequest): boolean {
  const here = new Set(headers.map(([name]) => name))
  return Object.values(environments)
    .flatMap((one) => one.headers ?? [])
    .some(([name, value]) => {
      const shows = fieldValues(fields, name.toLowerCase()).some((one) => `=${one}` === value)
      return shows !== here.has(name)
    })
}
