import type { VerifyingKey } from '../../crypto/key.js'
import { object, text } from '../../keyring/api/shapes.js'
import { isKeyringId } from '../../keyring/record/key-format.js'
import { defined } from '../../support/defined.js'
import type { CheckAnswer } from '../contract.js'
import type { PortalCall, PortalRoute } from './call.js'
import { ringOfId, visibleKey } from './key-of.js'

const MOST_TEXT = 65_536
/** Hypotheses are tested for so long: what a person waits for, and what an owner may make this machine work. */
const BUDGET_MS = 200

/**
 * POST `check`: a pasted request, judged by the service's verifier without its nonce being claimed, and looked at by the doctor.
 * A key that this session may not see counts as one that is not there, for both.
 */
async function check(call: PortalCall): Promise<CheckAnswer> {
  const { portal, input, clientIp } = call
  const { verifier, clock } = portal.settings
  // Loaded when it is asked for: it is larger than all the rest.
  const [{ diagnose, readCapture }, { requestOf }] = await Promise.all([
    import('../../doctor/index.js'),
    import('../../doctor/target.js'),
  ])
  const capture = readCapture(input.text ?? '')
  const request = requestOf(capture)
  const tried = await verifier?.tryOut(request, defined({ clientIp, peerIp: clientIp }))
  const named = input.keyId ?? tried?.keyId
  const info = named === undefined || !isKeyringId(named) ? undefined : await visibleKey(call, named)
  const isOwn = info !== undefined && (tried === undefined || tried.keyId === info.id)
  const key = info === undefined ? undefined : await keyOf(call, info.id)
  const { scheme, signature, findings } = await diagnose(
    capture,
    defined({
      nowMs: Math.floor(clock.now()),
      budgetMs: BUDGET_MS,
      key,
    }),
  )
  // Up to the look-up of the key a refusal is about the request alone.
  const verdict =
    tried === undefined
      ? undefined
      : isOwn || !tried.reachedKey
        ? defined({ wouldAccept: tried.wouldAccept, code: tried.code, detail: tried.detail })
        : { wouldAccept: false, code: 'KEY_UNKNOWN' as const }
  return defined({ verdict, keyId: info?.id, scheme, signature, findings })
}

/** The key itself, for the doctor: it verifies, and gives nothing away. */
async function keyOf(call: PortalCall, id: string): Promise<VerifyingKey | undefined> {
  return (await ringOfId(call, id).get(id))?.key
}

export const CHECK_ROUTE: PortalRoute = {
  method: 'POST',
  path: '/check',
  kind: 'costly',
  status: 200,
  body: object({ text: text(MOST_TEXT), keyId: text(256) }, ['text']),
  run: check,
}
