import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../src/crypto/key.js'
import { readAt } from '../../../src/doctor/exchange/reading.js'
import { exchangeSubject } from '../../../src/doctor/exchange/subject.js'
import { walletSubject } from '../../../src/doctor/exchange/wallet.js'
import { WAYS, type Way } from '../../../src/doctor/exchange/way.js'
import { diagnose, schemeIds } from '../../../src/doctor/index.js'
import { Hypotheses, type Subject } from '../../../src/doctor/search.js'
import { ORDER_IDS } from '../../../src/exchange/mistakes/wallet/orders/ids.js'
import { walletReading } from '../../../src/exchange/mistakes/wallet/readings.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { PROFILES } from '../../../src/schemes/rfc9421/profiles/hypotheses.js'
import { ALL_SCHEMES } from '../../contract/schemes/all.js'
import type { ExchangeSample } from '../../exchange/sample.js'
import { allSamples, exchangeFiles } from '../../exchange/samples.js'
import { methodsOf, requestOf, SIGNED_MS, signedOf } from '../../exchange/signed.js'

/** The schemes that the doctor has no hypotheses of, each with its reason; docs/doctor.md states them. */
const WITHOUT: Readonly<Record<string, string>> = {
  'static-token': 'the secret itself is sent: no text is signed',
  'gitlab-token': 'the secret itself is sent: no text is signed',
  'hawk-bewit': 'a URL that expires: its MAC has no part that a sender could get wrong but the URL itself',
  ibkr: 'what signs is the token of a session, which no request shows',
  'rfc9421/hybrid': 'two keys at once, experimental: each signature is explained alone, by its own key',
  acme: 'what is signed is whatever its author wrote down',
  'telegram-third-party': 'the sender signs with a key that all receivers know: nothing of it is set up wrongly',
}

/** The profiles of RFC 9421 by the tags that give them away. Without one, they are requests of RFC 9421 like all others. */
const TAGS: Readonly<Record<string, readonly string[]>> = {
  'rfc9421/gnap': ['gnap'],
  'rfc9421/gnap-rotate': ['gnap-rotate'],
  'rfc9421/fapi2-request': ['fapi-2-request'],
  'rfc9421/adcp-request': ['adcp/request-signing/v1'],
  'rfc9421/adcp-webhook': ['adcp/webhook-signing/v1'],
  'rfc9421/visa-tap': ['agent-browser-auth', 'agent-payer-auth'],
  'rfc9421/web-bot-auth': ['web-bot-auth'],
  'rfc9421/compatible': [],
  'rfc9421/ucp': [],
  'rfc9421/activitypub': [],
}

describe('every scheme', () => {
  const ids = [...new Set(ALL_SCHEMES.map(({ verifier }) => verifier.id))]

  test('has hypotheses or a reason', () => {
    const known = new Set([...schemeIds(), ...Object.keys(WITHOUT), ...Object.keys(TAGS)])
    expect(ids.filter((id) => !known.has(id))).toEqual([])
    expect([...Object.keys(WITHOUT), ...Object.keys(TAGS)].filter((id) => !ids.includes(id))).toEqual([])
    expect(Object.keys(WITHOUT).filter((id) => schemeIds().includes(id))).toEqual([])
  })

  test('that is a profile is known by its tag', () => {
    expect(
      Object.values(TAGS)
        .flat()
        .filter((tag) => !PROFILES.some((one) => one.tag === tag)),
    ).toEqual([])
  })
})

/** Orders that are signed apart from their request, where the doctor cannot make what was signed. */
const ORDERS_WITHOUT: Readonly<Record<string, string>> = {
  dydx: 'a transaction of protocol buffers: its exchange reads it',
  hyperliquid: 'its exchange reads it',
  grvt: 'the hash takes numbers of instruments that no request has',
  paradex: 'the hash on Starknet takes keys and numbers that no request has',
  edgex: 'the hash on Starknet takes assets and numbers that no request has',
  extended: 'the hash on Starknet takes assets and numbers that no request has',
  'paradex-blocks': 'the hash on Starknet takes assets and numbers that no request has',
  'extended-payments': 'the hash on Starknet takes assets and numbers that no request has',
}

test('every order has hypotheses or a reason', () => {
  const files = readdirSync(new URL('../../../src/exchange/orders/', import.meta.url)).map((name) =>
    name.replace(/\.ts$/, ''),
  )
  expect(files.filter((id) => !ORDER_IDS.includes(`${id}-order`) && ORDERS_WITHOUT[id] === undefined)).toEqual([])
  expect(Object.keys(ORDERS_WITHOUT).filter((id) => !files.includes(id))).toEqual([])
})

test('every exchange of the catalogue is one of the doctor', () => {
  expect(exchangeFiles.filter((id) => !schemeIds().includes(id))).toEqual([])
})

const captured = ({ method, scheme, authority, target, fields, body }: HttpRequest) => {
  const headers: Array<[string, string]> = []
  for (let at = 0; at < fields.length; at += 2) headers.push([fields[at] as string, fields[at + 1] as string])
  const text = body === null ? '' : Buffer.from(body as Uint8Array).toString()
  return { method, url: `${scheme}://${authority}${target}`, headers, body: text }
}

const wayOf = ({ exchange }: ExchangeSample): Way => {
  const members = Object.entries(exchange.spec)
  const isSame = ({ spec }: Way) => members.every(([name, value]) => spec[name as 'id'] === value)
  const way = WAYS.find((one) => one.id === exchange.spec.id && isSame(one))
  if (way === undefined) throw new Error(`no way of ${exchange.spec.id}`)
  return way
}

/** What no key explains: the text takes more than the request has, or nothing is signed. */
const UNTESTED: Readonly<Record<string, string>> = {
  dydx: 'the number of the account is signed and not sent',
}

describe.each(allSamples.map((sample) => [sample.name, sample] as const))('%s', (name, sample) => {
  const way = wayOf(sample)
  const scheme = way.id + (way.variant && `/${way.variant}`)
  const { signer, verifyingKey, passphrase } = sample
  const method = methodsOf(sample).at(-1) as string
  const { final } = signedOf(sample, requestOf(sample, method, { symbol: 'A' }, { symbol: 'A', note: 'a,b' }))
  const options = {
    ...{ key: verifyingKey, scheme, nowMs: SIGNED_MS, budgetMs: 20_000 },
    ...(passphrase !== undefined && { passphrase }),
  }
  const { draft } = readAt(way, final)
  const full = way.spec.passphrase === 'in-base' ? { ...draft, passphrase: passphrase ?? '' } : draft
  const wallet = Object.hasOwn(way.spec.keys, 'ecdsa-secp256k1-keccak256') ? walletReading(way.spec, full) : undefined
  const subject = (wallet === undefined ? exchangeSubject(way, full) : walletSubject(wallet)) as Subject<unknown>

  test('what its own signer makes fits, and nothing is proven wrong', async () => {
    const found = await diagnose(captured(final), options)
    expect([found.signature, found.findings.filter(({ certainty }) => certainty === 'proven')]).toEqual([
      UNTESTED[name] === undefined ? 'fits' : 'untested',
      [],
    ])
  })

  const output = way.spec.keys[signer.key.algorithm as keyof typeof way.spec.keys]
  // A token is another text as a whole, and a wallet's mistakes have tests of their own.
  if (UNTESTED[name] !== undefined || draft.payload !== '' || wallet !== undefined || output === undefined) return
  if (output.id === 'plain' || output.id === 'r,s') return
  const text = JSON.stringify(captured(final))
  // HitBTC's is in base64 with all that surrounds it.
  if (!text.includes(draft.sign) && !text.includes(encodeURIComponent(draft.sign))) return
  const start = allSamples.indexOf(sample)
  test('every mistake of it is named first', async () => {
    const first = new Map<string, Bytes>()
    for (const { base, made } of new Hypotheses(subject).singles())
      if (made[0] && !first.has(made[0].id)) first.set(made[0].id, base)
    expect(first.size).toBeGreaterThan(2)
    const others: unknown[] = []
    // Of exchanges that sign alike, each is asked for another part of them.
    for (const [at, [id, base]] of [...first].entries()) {
      if (base.length === 0 || (first.size > 9 && (at + start) % 8 > 0)) continue
      // What is signed with the signature in it is another text with another signature.
      if (typeof base !== 'string' || base.includes(draft.sign) || base.includes(encodeURIComponent(draft.sign)))
        continue
      const written = output.encode(signer.key.sign(base))
      const sign = output.finish?.(written) ?? written
      const changed = JSON.parse(
        text.replace(draft.sign, () => sign).replace(encodeURIComponent(draft.sign), () => encodeURIComponent(sign)),
      )
      const found = await diagnose(changed, options)
      const proven = found.findings.find(({ certainty }) => certainty === 'proven')
      if (proven?.id !== id) others.push([id, proven?.id, found.signature])
    }
    expect(others).toEqual([])
  })
})
