import { rfc9421Verifier } from '../../schemes/rfc9421/verifier.js'
import type { Coverage } from '../../schemes/scheme.js'
import type { Policy } from '../../server/policy/policy.js'
import { noReplayProtection } from '../../server/policy/policy.js'
import { strictPolicy } from '../../server/policy/strict-policy.js'
import type { Verdict } from '../../server/verdict.js'
import { createVerifier } from '../../server/verifier.js'
import { durationMs } from '../durations.js'
import { EXIT, UNDECIDED } from '../exit-codes.js'
import { inputOf } from '../input.js'
import { momentOf } from '../moment.js'
import { parseRequest, type RawRequest } from '../raw-message.js'
import { jsonText, oneLine } from '../screen.js'
import { schemeOf } from '../signature-options.js'
import { baseText, printBase } from '../trace.js'
import { keySourceOf } from '../verifying-key.js'
import { type Call, flagOf, listOf, type Options, print, textOf } from '../world.js'

/** `verify`: a raw request on standard input, judged as a server would. Nothing is remembered: a replay is not noticed. */
export async function run(call: Call): Promise<number> {
  const { world, options, paint } = call
  const keys = await keySourceOf(world, options)
  const raw = parseRequest(await inputOf(call), schemeOf(options))
  const at = momentOf(options)
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys,
    policy: policyOf(options, raw),
    replay: noReplayProtection,
    ...(at !== undefined && { clock: { now: () => at } }),
  })
  const verdict = await verifier.verify(raw.request)
  const base = flagOf(options, 'trace') ? baseOf(raw) : undefined
  print(call, `${verdictText(call, verdict)}${base === undefined ? '' : printBase(base, paint)}`, {
    ...documentOf(verdict),
    ...(base !== undefined && { base: baseText(base) }),
  })
  return verdict.ok ? EXIT.ok : UNDECIDED.has(verdict.code) ? EXIT.undecided : EXIT.refused
}

/** What `strictPolicy` demands; a stated list stands in place of its components. */
function policyOf(options: Options, { request }: RawRequest): Policy {
  const maxAge = textOf(options, 'maxAge')
  const maxAgeMs = maxAge === undefined ? undefined : durationMs('--max-age', maxAge)
  const strict = strictPolicy({
    authorities: [request.authority],
    maxBodyBytes: 64 * 1_048_576,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(textOf(options, 'label') !== undefined && { select: { label: textOf(options, 'label') as string } }),
  })
  const require = listOf(options, 'require') as readonly Coverage[]
  return {
    ...strict,
    ...(require.length > 0 && { require, requireWithBody: [] }),
    ...(flagOf(options, 'withoutNonce') && { requireNonce: false }),
  }
}

/** The base of the one signature, where it can be built: what is refused may lack it. */
function baseOf({ request }: RawRequest): string | Uint8Array | undefined {
  try {
    return rfc9421Verifier().parse(request)[0]?.base
  } catch {
    return undefined
  }
}

function documentOf(verdict: Verdict): object {
  if (!verdict.ok) {
    const { code, status, detail, claimedKeyId } = verdict
    return { ok: false, code, status, detail, claimedKeyId, page: `docs/errors.md#${code.toLowerCase()}` }
  }
  const { keyId, label, tag, createdMs, expiresMs, nonce, covered } = verdict
  return { ok: true, keyId, label, tag, createdMs, expiresMs, nonce, covered }
}

function verdictText({ paint }: Call, verdict: Verdict): string {
  if (!verdict.ok)
    return `${paint('red', 'not verified')}: ${oneLine(verdict.detail)}\n${paint('dim', `${verdict.code}, see docs/errors.md#${verdict.code.toLowerCase()}`)}\n`
  const { keyId, createdMs, expiresMs, covered } = verdict
  const times = [
    createdMs === undefined ? [] : [`created ${new Date(createdMs).toISOString()}`],
    expiresMs === undefined ? [] : [`expires ${new Date(expiresMs).toISOString()}`],
  ].flat()
  return `${paint('green', 'verified')}: key ${jsonText(keyId, [])}${times.map((time) => `, ${time}`).join('')}\ncovers ${covered.map(oneLine).join(', ')}\n`
}
