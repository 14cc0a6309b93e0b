import { expect } from 'vitest'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import type { HttpMessage, HttpRequest } from '../../../../src/message/message.js'
import type { OlderScheme } from '../../../../src/schemes/legacy/older-scheme.js'
import {
  type Signer,
  signPrepared,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../../../src/schemes/scheme.js'
import { type KeySource, staticKeys } from '../../../../src/server/key-source.js'
import type { PolicyOptions } from '../../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { createVerifier } from '../../../../src/server/verifier.js'
import { verdictCode } from '../../../expect-code.js'

export const NOW = 1_790_000_000_000
export const HOST = 'api.example.com'

export interface JudgeOptions {
  readonly policy?: Partial<PolicyOptions>
  readonly nowMs?: number
  readonly keys?: KeySource
}

/** A separate server that takes these schemes: the code of its verdict on each request. */
export function judge(
  schemes: readonly VerifyScheme[],
  records: readonly KeyRecord[],
  { policy = {}, nowMs = NOW, keys = staticKeys(records) }: JudgeOptions = {},
): (request: HttpRequest) => Promise<string> {
  const verifier = createVerifier({
    schemes,
    keys,
    policy: strictPolicy({ authorities: [HOST], ...policy }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => nowMs },
  })
  return async (request) => verdictCode(await verifier.verify(request))
}

/** The request signed at {@link NOW}. */
export const signed = (
  signer: Signer,
  request: HttpRequest,
  nowMs: number = NOW,
  nonce = 'nonce-0123456789abcdef',
): Promise<HttpRequest> => {
  const { keyId, algorithm } = signer.key
  return signPrepared(signer.scheme.prepare(request, { keyId, algorithm, nowMs, nonce }), signer.key)
}

/** The request with one value of its fields changed. */
export const withValue = (request: HttpRequest, name: string, change: (value: string) => string): HttpRequest => ({
  ...request,
  fields: request.fields.map((one, at) =>
    at % 2 === 1 && (request.fields[at - 1] as string).toLowerCase() === name ? change(one) : one,
  ),
})

/** The request with a further line. */
export const withLine = (request: HttpRequest, name: string, value: string): HttpRequest => ({
  ...request,
  fields: [...request.fields, name, value],
})

/** What a scheme reads of the one signature of a message, all of it. */
export function only(scheme: VerifyScheme, message: HttpMessage): object {
  const found = scheme.parse(message)
  expect(found).toHaveLength(1)
  const [one] = found as [UntrustedSignature]
  return { ...one, base: one.base, bodyDigests: one.bodyDigests, covers: [...one.covers].sort() }
}

/** What a scheme states of itself. */
export const stated = ({ id, weaknesses, demands, readsBody = false }: OlderScheme): object => ({
  ...{ id, weaknesses, readsBody },
  // They are hidden from printers.
  demands: Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(demands ?? {})).map(([name, { value }]) => [name, value]),
  ),
})
