import type { KeyRecord } from '../access/key-record.js'
import { scopeProblem } from '../access/scope.js'
import {
  assertInteger,
  assertOptions,
  CountersignError,
  fail,
  isCountersignError,
  type OptionNames,
} from '../errors.js'
import { fieldValues } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { normalizeAuthority } from '../message/target.js'
import type { Webhook } from '../schemes/webhook/webhook.js'
import { type AuditSink, auditEvent } from '../server/audit-event.js'
import { requestProblem } from '../server/host-values.js'
import type { Verifier } from '../server/options.js'
import { strictPolicy } from '../server/policy/strict-policy.js'
import { type Attempt, CLAIMING, READING, refusal } from '../server/refusal.js'
import { assertUnambiguous, TWO_SLASHES } from '../server/steps/unambiguous.js'
import type { Accepted, Verdict } from '../server/verdict.js'
import { assertContext, assertRefusal } from '../server/verifier-options.js'
import type { VerifyContext } from '../server/verify-context.js'
import { assertParts, assertUnit, timeOf } from '../support/asked.js'
import { readBody, tooLarge } from '../support/body.js'
import { ignoreErrors } from '../support/ignore-errors.js'
import { logWeaknesses } from '../support/weak-scheme.js'
import { type Proven, prove, UNMATCHED } from './prove.js'
import { assertWebhook, memoryOf, RECEIVE_HINTS, RECEIVE_OPTIONS, type ReceiveOptions } from './receive.js'
import { remember } from './remember.js'
import type { WebhookAccepted } from './verdict.js'

/** Options of {@link webhookVerifier}. */
export interface WebhookVerifierOptions extends ReceiveOptions {
  /** The host names that the service answers for. Default: any, because few senders sign one. */
  readonly authorities?: readonly string[]
  /** Called once for every verdict; what it throws is ignored. */
  readonly audit?: AuditSink
}

const KNOWN: OptionNames<WebhookVerifierOptions> = { ...RECEIVE_OPTIONS, authorities: 1, audit: 1 }
const MIB = 1_048_576
const FIVE_MINUTES_MS = 300_000

/** The policy, whose complaints are about the options of the verifier. */
function policyOf(options: Parameters<typeof strictPolicy>[0]): ReturnType<typeof strictPolicy> {
  try {
    return strictPolicy(options)
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return fail(error.code, error.message.replace(/^strictPolicy/, 'webhookVerifier'))
  }
}

/**
 * The webhooks of one sender as what the middleware of every framework takes: `requireSignature()` and `withSignature()` of
 * `countersign/server/express`, `/fastify`, `/hono`, `/koa`, `/node` and `/fetch`. Behind it the body parsers work as usual, and the
 * verdict has a `delivery`: answer a duplicate with 200, and `delivery.answer` where there is one. An answer of 2xx settles a delivery;
 * one whose handler throws, or answers with another status, is forgotten, so that the sender's next attempt counts. For senders
 * that sign the URL (Twilio) give the middleware its `publicOrigin`. Who calls `verify` without middleware calls
 * `delivery.settle()` and `delivery.release()`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for what cannot be meant.
 * @example
 * ```ts
 * import express from 'express'
 * import { requireSignature } from 'countersign/server/express'
 * import { memoryDeliveries } from 'countersign/webhook'
 * import { stripe } from 'countersign/webhook/stripe'
 * import { webhookVerifier } from 'countersign/webhook/verifier'
 *
 * const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })
 * const verifier = webhookVerifier(webhook, { deliveries: memoryDeliveries() })
 *
 * export const app = express().post('/stripe', requireSignature(verifier), express.json(), (req, res) => {
 *   if (req.verdict?.delivery?.duplicate !== true) console.log(req.body.type)
 *   res.sendStatus(200)
 * })
 * ```
 */
export function webhookVerifier(webhook: Webhook, options: WebhookVerifierOptions = {}): Verifier {
  assertWebhook('webhookVerifier', webhook)
  logWeaknesses(webhook)
  assertOptions('webhookVerifier', options, KNOWN, RECEIVE_HINTS)
  const memory = memoryOf('webhookVerifier', { ...options, handleMs: options.handleMs ?? FIVE_MINUTES_MS })
  const { authorities, audit, maxBodyBytes = MIB, clock = Date } = options
  assertUnit('webhookVerifier: ', clock)
  assertInteger('maxBodyBytes', maxBodyBytes, 0, Number.MAX_SAFE_INTEGER, 'webhookVerifier: ')
  assertParts('webhookVerifier', options, ['audit', 'a function, such as the sink of a log'])
  const policy = policyOf({ authorities: authorities ?? ['any.invalid'], maxBodyBytes })
  const emit = (verdict: Verdict, attempt: Attempt, startedMs: number): void => {
    // Stryker disable next-line ConditionalExpression: it only saves the event
    if (audit === undefined) return
    const { context, record, signature } = attempt
    const facts = { context, record, startedMs, signature }
    ignoreErrors(() => audit(auditEvent(verdict, clock.now(), facts), verdict, facts))
  }

  const judge = async (attempt: Attempt): Promise<Accepted> => {
    const problem = requestProblem(attempt.request)
    if (problem !== undefined) fail('HOST_FAULT', `verify: ${problem}`)
    const { request, context } = attempt
    // Only the signature binds a delivery to a host, where anything does.
    const own = authorities === undefined ? [normalizeAuthority(request.authority, request.scheme)] : policy.authorities
    assertUnambiguous(request, { ...policy, authorities: own })
    if (request.target.startsWith('//')) fail('TARGET_MALFORMED', TWO_SLASHES)
    if (Number(fieldValues(request.fields, 'content-length')[0] ?? 0) > maxBodyBytes) throw tooLarge(maxBodyBytes)
    const message = { ...request, body: await readBody(request.body, maxBodyBytes) }
    attempt.request = message
    const nowMs = timeOf(clock)
    // What a key throws is no fault of the message.
    attempt.stage = CLAIMING
    const proven = (await prove(webhook, message, nowMs)) ?? fail('SIGNATURE_INVALID', unmatched(webhook, message))
    attempt.record = { key: proven.key, owner: webhook.id }
    const denied = context.scope === undefined ? undefined : scopeProblem(attempt.record, context.scope)
    if (denied !== undefined) fail(denied, 'a webhook has no scopes')
    const verdict = await remember(proven, webhook, memory, nowMs)
    return acceptedOf(webhook, message, proven, verdict, attempt)
  }

  return {
    policy: authorities === undefined ? { ...policy, authorities: [] } : policy,
    challenges: [],
    verify: async (request, context = {}) => {
      assertContext('verify', context)
      const attempt = newAttempt(request, context)
      const startedMs = audit === undefined ? 0 : performance.now()
      const verdict = await judge(attempt).catch((error: unknown): Verdict => refusal(attempt, error))
      emit(verdict, attempt, startedMs)
      return verdict
    },
    refuse: (request, code, detail, context = {}, accepted) => {
      assertRefusal(code, detail)
      assertContext('refuse', context)
      const attempt = newAttempt(request, context)
      attempt.record = accepted?.record
      attempt.claimedKeyId = accepted?.keyId
      const verdict = refusal(attempt, new CountersignError(code, detail))
      emit(verdict, attempt, audit === undefined ? 0 : performance.now())
      return verdict
    },
  }
}

/** Of senders that sign the URL: what was read as the URL, which behind a proxy is not the one that they call. */
function unmatched({ covered }: Webhook, { scheme, authority }: HttpRequest): string {
  if (!covered.includes('authority')) return UNMATCHED
  const origin = `${scheme}://${authority.slice(0, 128).replace(/[^!-~]/g, '?')}`
  return `${UNMATCHED}: this sender signs the URL that it calls, and the request came to ${origin}. Behind a proxy state "publicOrigin" of the middleware, or "publicUrl" of the webhook`
}

const newAttempt = (request: HttpRequest, context: VerifyContext): Attempt => ({
  request,
  context,
  claimedKeyId: undefined,
  signature: undefined,
  stage: READING,
  record: undefined,
  retryAfterMs: undefined,
})

function acceptedOf(
  webhook: Webhook,
  request: HttpRequest,
  { key }: Proven,
  verdict: WebhookAccepted,
  { context, record }: Attempt,
): Accepted {
  return {
    ok: true,
    keyId: key.keyId,
    owner: webhook.id,
    record: record as KeyRecord,
    scheme: webhook.id,
    label: '',
    tag: undefined,
    createdMs: verdict.createdMs,
    expiresMs: undefined,
    nonce: verdict.deliveryId,
    covered: verdict.covered,
    body: request.body as Uint8Array | null,
    bodyStream: undefined,
    request,
    clientIp: context.clientIp,
    delivery: {
      id: verdict.deliveryId,
      duplicate: verdict.duplicate,
      answer: verdict.answer,
      settle: verdict.settle,
      release: verdict.release,
    },
  }
}
