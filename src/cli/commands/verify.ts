import { createResponseVerifier, type ResponseVerdict } from '../../client/verify-response.js'
import { coverLess } from '../../schemes/rfc9421/options.js'
import { rfc9421Verifier } from '../../schemes/rfc9421/verifier.js'
import type { Coverage, VerifyScheme } from '../../schemes/scheme.js'
import type { KeySource } from '../../server/key-source.js'
import type { Policy } from '../../server/policy/policy.js'
import { noReplayProtection } from '../../server/policy/policy.js'
import { strictPolicy, tradingPolicy } from '../../server/policy/strict-policy.js'
import type { Verdict } from '../../server/verdict.js'
import { createVerifier } from '../../server/verifier.js'
import { messageOf } from '../answered.js'
import { durationMs } from '../durations.js'
import { EXIT, UNDECIDED } from '../exit-codes.js'
import { inputOf } from '../input.js'
import { momentOf } from '../moment.js'
import type { RawRequest, RawResponse } from '../raw-message.js'
import { jsonText, oneLine } from '../screen.js'
import { baseText, printBase } from '../trace.js'
import { usage } from '../usage.js'
import { keySourceOf } from '../verifying-key.js'
import { type Call, flagOf, listOf, type Options, print, textOf } from '../world.js'

/** `verify`: a raw message on standard input, judged as its receiver would. Nothing is remembered: a replay is not noticed. */
export async function run(call: Call): Promise<number> {
  const { options } = call
  if (textOf(options, 'exchange') !== undefined) {
    const { raw, scheme, keys } = await (await import('../exchange-message.js')).exchangeSide(call)
    return judged(
      call,
      raw,
      scheme,
      await requestVerdict(raw, scheme, keys, exchangePolicy(options, raw, scheme), options),
    )
  }
  const keys = await keySourceOf(call.world, options)
  const raw = await messageOf(await inputOf(call), options)
  const scheme = rfc9421Verifier()
  return judged(
    call,
    raw,
    scheme,
    'request' in raw
      ? await requestVerdict(raw, scheme, keys, policyOf(options, raw), options)
      : await responseVerdict(raw, scheme, keys, options),
  )
}

function judged(
  call: Call,
  raw: RawRequest | RawResponse,
  scheme: VerifyScheme,
  verdict: Verdict | ResponseVerdict,
): number {
  const base = flagOf(call.options, 'trace') ? baseOf(raw, scheme) : undefined
  print(call, `${verdictText(call, verdict)}${base === undefined ? '' : printBase(base, call.paint)}`, {
    ...documentOf(verdict),
    ...(base !== undefined && { base: baseText(base) }),
  })
  return verdict.ok ? EXIT.ok : UNDECIDED.has(verdict.code) ? EXIT.undecided : EXIT.refused
}

const clockOf = (options: Options): { readonly clock?: { now(): number } } => {
  const at = momentOf(options)
  return at === undefined ? {} : { clock: { now: () => at } }
}

const requestVerdict = (
  { request }: RawRequest,
  scheme: VerifyScheme,
  keys: KeySource,
  policy: Policy,
  options: Options,
): Promise<Verdict> =>
  createVerifier({ schemes: [scheme], keys, policy, replay: noReplayProtection, ...clockOf(options) }).verify(request)

/** A response is bound to its request where that is known; alone, it proves its status and its body. */
function responseVerdict(
  { response }: RawResponse,
  scheme: VerifyScheme,
  keys: KeySource,
  options: Options,
): Promise<ResponseVerdict> {
  if (flagOf(options, 'withoutNonce')) usage('--without-nonce must be left out for a response: none is demanded there')
  const require = listOf(options, 'require') as readonly Coverage[]
  const label = textOf(options, 'label')
  const maxAgeMs = maxAgeOf(options)
  const demands =
    require.length > 0
      ? { require, [coverLess]: true as const }
      : response.request === undefined
        ? { require: ['status'] as const, [coverLess]: true as const }
        : {}
  const verifier = createResponseVerifier({
    scheme,
    keys: { get: async (keyId) => (await keys.get(keyId))?.key },
    ...demands,
    ...(label !== undefined && { select: { label } }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    maxBodyBytes: MOST_BODY,
    ...clockOf(options),
  })
  return verifier.verify(response)
}

const MOST_BODY = 64 * 1_048_576

function maxAgeOf(options: Options): number | undefined {
  const text = textOf(options, 'maxAge')
  return text === undefined ? undefined : durationMs('--max-age', text)
}

/** What `strictPolicy` demands; a given list stands in place of its components. */
function policyOf(options: Options, { request }: RawRequest): Policy {
  const maxAgeMs = maxAgeOf(options)
  const label = textOf(options, 'label')
  const strict = strictPolicy({
    authorities: [request.authority],
    maxBodyBytes: MOST_BODY,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(label !== undefined && { select: { label } }),
  })
  const require = listOf(options, 'require') as readonly Coverage[]
  return {
    ...strict,
    ...(require.length > 0 && { require, requireWithBody: [] }),
    ...(flagOf(options, 'withoutNonce') && { requireNonce: false }),
  }
}

/** What `tradingPolicy` demands, as far as the signatures of the exchange can meet it: they state that themselves. */
function exchangePolicy(options: Options, { request }: RawRequest, { id, demands }: VerifyScheme): Policy {
  const maxAgeMs = maxAgeOf(options)
  return tradingPolicy({
    authorities: [request.authority],
    maxBodyBytes: MOST_BODY,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(demands?.untimed === true && { perScheme: { [id]: { untimed: noReplayProtection } } }),
  })
}

/** The base of the one signature, where it can be built: what is refused may lack it. */
function baseOf(raw: RawRequest | RawResponse, scheme: VerifyScheme): string | Uint8Array | undefined {
  try {
    return scheme.parse('request' in raw ? raw.request : raw.response)[0]?.base
  } catch {
    return undefined
  }
}

function documentOf(verdict: Verdict | ResponseVerdict): object {
  if (!verdict.ok) {
    const { code, status, detail, claimedKeyId }: Partial<Extract<Verdict, { ok: false }>> = verdict
    return { ok: false, code, status, detail, claimedKeyId, page: `docs/errors.md#${verdict.code.toLowerCase()}` }
  }
  const { keyId, label, tag, createdMs, expiresMs, nonce, covered }: Partial<Extract<Verdict, { ok: true }>> = verdict
  return { ok: true, keyId, label, tag, createdMs, expiresMs, nonce, covered }
}

function verdictText({ paint }: Call, verdict: Verdict | ResponseVerdict): string {
  if (!verdict.ok)
    return `${paint('red', 'not verified')}: ${oneLine(verdict.detail)}\n${paint('dim', `${verdict.code}, see docs/errors.md#${verdict.code.toLowerCase()}`)}\n`
  const { keyId, createdMs, expiresMs, covered = [] }: Partial<Extract<Verdict, { ok: true }>> = verdict
  const times = [
    createdMs === undefined ? [] : [`created ${new Date(createdMs).toISOString()}`],
    expiresMs === undefined ? [] : [`expires ${new Date(expiresMs).toISOString()}`],
  ].flat()
  return `${paint('green', 'verified')}: key ${jsonText(keyId, [])}${times.map((time) => `, ${time}`).join('')}\ncovers ${covered.map(oneLine).join(', ')}\n`
}
