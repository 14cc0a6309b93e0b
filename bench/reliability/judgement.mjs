// What a run showed: rows of `{ what, value, must?, ok? }`.

import { KIND } from './ledger.mjs'

/** Refusals that a store which is away, or forgot, explains. */
const BY_STORES = new Set(['STORE_UNAVAILABLE', 'REPLAY_STORE_FULL', 'REPLAY_BARRIER'])
const EXPECTED = new Set([
  ...['OK', 'REPLAY', 'SIGNATURE_INVALID', 'KEY_UNKNOWN', 'KEY_REVOKED', 'KEY_DISABLED', 'KEY_EXPIRED'],
  ...BY_STORES,
])
const EXPECTED_STATUS = new Set(['200', '401', '503'])

/** A row that must be 0. */
const never = (what, value, detail = '') => ({ what, value, must: '0', ok: value === 0, detail })
const atMost = (what, value, most, unit) => ({
  what,
  value: `${Math.round(value)} ${unit}`,
  must: `<= ${most} ${unit}`,
  ok: value <= most,
})
const told = (what, value) => ({ what, value })
const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`
const counts = (table) =>
  Object.entries(table)
    .sort(([, x], [, y]) => y - x)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ') || 'none'
const sum = (table) => Object.values(table).reduce((all, n) => all + n, 0)

/** What became of the requests of keys that worked. */
function honestOnes(ledger, faults, { recoveryMs, startedMs }) {
  const out = {
    all: 0,
    accepted: 0,
    quiet: 0,
    quietAccepted: 0,
    refused: {},
    quietRefused: {},
    wrongly: {},
    replay: 0,
    late: 0,
    firstRefused: {},
    byTry: [],
  }
  // A new Redis remembers nothing of the time before it, like one that has lost its memory.
  const disturbed = (atMs) =>
    atMs <= startedMs + recoveryMs ||
    faults.some(({ loses, from, until }) => atMs >= from - 300 && atMs <= until + (loses ? recoveryMs : 1_000))
  for (let i = 0; i < ledger.next; i++) {
    // A request counts once, however often its client signed and sent it again.
    if (ledger.kind[i] !== KIND.honest || ledger.first[i] !== i) continue
    const tries = []
    for (let at = i; at <= ledger.last[i]; at++) if (ledger.first[at] === i) tries.push(at)
    const last = tries.at(-1)
    const copied = tries.some((at) => ledger.sent[at] > 1)
    // Its key was taken away while it, or a copy of it, was on its way. The span does not depend on how many tries there were:
    // a request that is tried for long is likely to lose its key meanwhile, and must count as refused where the stores did that.
    const takenWithin = (spanMs) =>
      ledger.key[i].takenMs.some((atMs) => atMs >= ledger.sentMs[i] && atMs < ledger.sentMs[i] + spanMs)
    if (takenWithin(copied ? 10_000 : 1_500)) continue
    const ended = tries.every((at) => ledger.accepted[at] === 0) && !BY_STORES.has(ledger.code[last])
    if (ended && takenWithin(ledger.sentMs[last] - ledger.sentMs[i] + 1_500)) continue
    const quiet = !disturbed(ledger.sentMs[i])
    out.all++
    if (quiet) out.quiet++
    if (ledger.accepted[i] === 0 && ledger.code[i] !== undefined) {
      out.firstRefused[ledger.code[i]] = (out.firstRefused[ledger.code[i]] ?? 0) + 1
    }
    const at = tries.findIndex((one) => ledger.accepted[one] > 0)
    if (at !== -1) {
      out.accepted++
      out.byTry[at] = (out.byTry[at] ?? 0) + 1
      if (quiet) out.quietAccepted++
      continue
    }
    if (copied) {
      // The nonce of a request that was answered with 503 may be spent: it has to be signed again, not sent again.
      if (ledger.replayed[last] > 0) out.late++
      continue
    }
    const code = ledger.code[last] ?? 'no verdict'
    for (const table of quiet ? [out.refused, out.quietRefused] : [out.refused]) table[code] = (table[code] ?? 0) + 1
    if (code === 'REPLAY') out.replay++
    else if (!BY_STORES.has(code)) out.wrongly[code] = (out.wrongly[code] ?? 0) + 1
  }
  return out
}

/** Requests that were accepted with a key that was taken away. */
function withdrawnOnes(ledger, boundMs) {
  let beyond = 0
  let longestMs = 0
  for (let i = 0; i < ledger.next; i++) {
    if (ledger.accepted[i] === 0) continue
    const { withdrawals, revoked } = ledger.key[i]
    for (const { from, until } of withdrawals) {
      const afterMs = ledger.acceptedMs[i] - from
      if (afterMs > boundMs && ledger.acceptedMs[i] < until) beyond++
      if (revoked === true && until === Number.POSITIVE_INFINITY) longestMs = Math.max(longestMs, afterMs)
    }
  }
  return { beyond, longestMs }
}

export function judgeRun({ ledger, operator, traffic, faults, states, nodes, keys, redis, seconds, options }) {
  const honest = honestOnes(ledger, faults, options)
  const withdrawn = withdrawnOnes(ledger, options.boundMs)
  let twice = 0
  let falseWelcome = 0
  let impostors = 0
  for (let i = 0; i < ledger.next; i++) {
    if (ledger.accepted[i] > 1 || ledger.welcomed[i] > 1) twice++
    if (ledger.welcomed[i] > ledger.accepted[i]) falseWelcome++
    if (ledger.accepted[i] > 0 && ledger.kind[i] >= KIND.forged) impostors++
  }
  const unexpected = Object.entries({ ...ledger.verdicts }).filter(([code]) => !EXPECTED.has(code))
  const odd = Object.entries(ledger.answers).filter(([status]) => !EXPECTED_STATUS.has(status))
  const background = states.flatMap((state) => Object.entries(state.background))
  const untyped = background.filter(([code]) => code.startsWith('untyped'))
  const crashes = states.flatMap((state) => state.faults)
  const byName = {}
  for (const { name } of faults) byName[name] = (byName[name] ?? 0) + 1
  const work = Object.values(operator.done).reduce((all, n) => all + n, 0)
  return [
    told('requests sent', traffic.sends),
    told(
      'of these copies of earlier ones, byte for byte',
      `${traffic.copies} (${percent(traffic.copies, traffic.sends)})`,
    ),
    told('seconds', Math.round(seconds)),
    told('what was done to the stores', counts(byName)),
    told('what was done with keys', counts(operator.done)),
    never('requests accepted more than once, over all processes', twice),
    never('requests answered with 200 that no process accepted', falseWelcome),
    never('forged requests and unknown keys accepted', impostors),
    never(`keys lost or set back, of ${operator.acknowledged.size} acknowledged in ${work} changes`, keys.lost.length),
    never('changes of keys that could not be made within 20 s', operator.stuck.length, operator.stuck[0]),
    told('how often all keys were looked for', keys.checks),
    never(`accepted with a key withdrawn for more than ${options.boundMs / 1000} s`, withdrawn.beyond),
    told('longest use of a key after its revocation was acknowledged', `${Math.round(withdrawn.longestMs)} ms`),
    never('verdicts with a code that has no reason here', sum(Object.fromEntries(unexpected)), unexpected.join(' ')),
    never(
      'answers that are no typed refusal',
      ledger.odd.length + sum(Object.fromEntries(odd)),
      ledger.odd[0] ?? odd.join(' '),
    ),
    never('processes that ended', nodes.filter(({ ended }) => ended).length),
    never('unhandled rejections, uncaught exceptions, bugs', crashes.length, crashes[0]),
    never('background errors without a type', sum(Object.fromEntries(untyped)), untyped.join(' ')),
    never('honest requests, sent once, called a replay', honest.replay),
    never('honest requests refused though the stores had no reason', sum(honest.wrongly), counts(honest.wrongly)),
    told('honest requests accepted', `${percent(honest.accepted, honest.all)} of ${honest.all}`),
    told('by the try that was accepted', Array.from(honest.byTry, (n, i) => `${i + 1}: ${n ?? 0}`).join(', ')),
    told('why first tries were refused', counts(honest.firstRefused)),
    never('honest requests refused in the end', sum(honest.refused), counts(honest.refused)),
    told(
      'accepted with the first six tries, which is all that signed fetch makes',
      percent(sum(honest.byTry.slice(0, 6)), honest.all),
    ),
    told(
      'the same while nothing was broken or recovering',
      `${percent(honest.quietAccepted, honest.quiet)} of ${honest.quiet}`,
    ),
    told('why the others were refused', counts(honest.refused)),
    told('why, while nothing was broken or recovering', counts(honest.quietRefused)),
    told('copies of honest requests refused as replays though no copy was accepted', honest.late),
    told('all verdicts', counts(ledger.verdicts)),
    told('unconfirmed changes of keys', counts(operator.unconfirmed)),
    told('background errors of keyrings', counts(Object.fromEntries(background))),
    atMost(
      'largest resident memory of a process',
      Math.max(...states.map(({ most }) => most)) / 2 ** 20,
      options.rssMb,
      'MB',
    ),
    ...(redis.capMb === undefined ? [] : [atMost('largest memory of Redis', redis.most / 2 ** 20, redis.capMb, 'MB')]),
  ]
}
