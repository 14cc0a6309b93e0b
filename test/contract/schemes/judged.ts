import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { noReplayProtection, type SchemePolicy } from '../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier, type Verifier } from '../../../src/server/verifier.js'
import { verdictCode } from '../../expect-code.js'
import { HOST, type SchemeRow } from './row.js'

/** On a whole second, as most schemes write their times. */
export const NOW = 1_790_000_000_000
export const NONCE = 'nonce-0123456789abcdef'

const ORDER: HttpRequest = httpRequest({
  method: 'POST',
  url: `http://${HOST}/v1/orders?b=2&a=1`,
  headers: { 'content-type': 'application/json' },
  body: '{"qty":1}',
})

/** What the scheme signs in tests that judge one request. */
export const orderOf = ({ request = ORDER }: SchemeRow): HttpRequest => request

/** The request signed by the row's key. */
export function signedBy({ signer }: SchemeRow, request: HttpRequest, nowMs = NOW, nonce = NONCE): HttpRequest {
  const { scheme, key } = signer
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce }
  return signPreparedSync(scheme.prepare(request, context), key)
}

/** A server that takes the scheme alone. Its clock can be set. */
export function verifierOf(row: SchemeRow, clock: { now(): number } = { now: () => NOW }): Verifier {
  const { verifier, verifyingKey, sessionToken, policy, contentCodings, keys } = row
  const untimed: SchemePolicy = verifier.demands?.untimed === true ? { untimed: noReplayProtection } : {}
  const hosts = [HOST, ...(row.request === undefined ? [] : [row.request.authority.toLowerCase()])]
  return createVerifier({
    schemes: [verifier],
    keys:
      keys ?? staticKeys([{ key: verifyingKey, ...(sessionToken === undefined ? {} : { passphrase: sessionToken }) }]),
    policy: strictPolicy({
      authorities: [...new Set(hosts)],
      ...(contentCodings !== undefined && { contentCodings }),
      perScheme: { [verifier.id]: { ...untimed, ...policy } },
    }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock,
  })
}

/** The code of a separate server for each request: none is refused because another one came before. */
export const codeBy = async (row: SchemeRow, request: HttpRequest, nowMs = NOW): Promise<string> =>
  verdictCode(await verifierOf(row, { now: () => nowMs }).verify(request))
