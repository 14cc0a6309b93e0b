import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, it } from 'vitest'
import {
  type AgentOutcome,
  agentDirectory,
  createAgent,
  type VerifyAgentsOptions,
  verifyAgents,
  webBotAuth,
  webBotAuthVerifier,
} from '../../../src/agents/index.js'
import { signRequest } from '../../../src/client/sign-request.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import type { SigningKey } from '../../../src/crypto/key.js'
import { mlDsaKey, mlDsaKeys, mlDsaThumbprint } from '../../../src/crypto/ml-dsa.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const AGENT = 'https://bot.example'
const seed = new Uint8Array(32).fill(5)
const key = mlDsaKey({ keyId: 'pq', algorithm: 'ml-dsa-44', seed, mlDsa })
const other = mlDsaKey({ keyId: 'pq', algorithm: 'ml-dsa-65', seed, mlDsa })
const classic = ed25519PrivateKey({ keyId: 'classic', seed })
const keyId = mlDsaThumbprint(key.publicJwk)
const clock = { now: () => 1_800_000_000_000 }
const OPTED = { otherKeys: mlDsaKeys({ mlDsa }) }

const site = (published: readonly SigningKey[], options: Partial<VerifyAgentsOptions> = OPTED, body?: string) =>
  verifyAgents({
    allow: [AGENT],
    authorities: ['shop.example'],
    clock,
    fetch: async (url, init) => {
      const directory = agentDirectory({ agent: AGENT, keys: published.map((one) => ({ key: one })), clock })
      const answer = (await directory.fetch(new Request(url, init))) as Response
      return body === undefined ? answer : new Response(body, { headers: answer.headers })
    },
    ...options,
  })
const signed = async (one: SigningKey): Promise<HttpRequest> =>
  signRequest(httpRequest({ url: 'https://shop.example/' }), webBotAuth({ key: one, agent: AGENT }), { clock })
const judged = async (
  one: SigningKey,
  published: readonly SigningKey[],
  options?: Partial<VerifyAgentsOptions>,
): Promise<AgentOutcome> => site(published, options).judge(await signed(one))

/** The same request, with the header changed. */
const changed = (request: HttpRequest, name: string, from: string | RegExp, to: string): HttpRequest => {
  const fields = [...request.fields]
  const at = fields.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name) + 1
  fields[at] = (fields[at] as string).replace(from, to)
  return { ...request, fields }
}

describe('an agent with a key of ML-DSA', () => {
  it('is verified by a site that reads such keys, and signs under its thumbprint without alg', async () => {
    const request = await signed(key)
    const input = request.fields[request.fields.indexOf('Signature-Input') + 1]
    expect(input).toContain(`keyid="${keyId}"`)
    expect(input).not.toContain('alg=')
    expect(await site([key]).judge(request)).toMatchObject({
      outcome: 'verified',
      agent: `${AGENT}/.well-known/http-message-signatures-directory`,
      keyId,
    })
  })

  it('publishes its public half alone, as AKP under its thumbprint', async () => {
    const agent = createAgent({ name: 'Bot', key, directory: AGENT, published: [{ key: classic }], clock })
    expect(agent.keyId).toBe(keyId)
    const answer = (await agent.documents(
      new Request(`${AGENT}/.well-known/http-message-signatures-directory`),
    )) as Response
    const { keys } = (await answer.json()) as { keys: object[] }
    expect(keys[0]).toEqual({ kty: 'AKP', alg: 'ML-DSA-44', pub: key.publicJwk.pub, kid: keyId, use: 'sig' })
    // One proof of each key.
    expect(answer.headers.get('signature')?.match(/sig\d=/g)).toEqual(['sig1=', 'sig2='])
  })

  it('changes from Ed25519 to ML-DSA and back as between two of one kind', async () => {
    const agents = (one: SigningKey) => judged(one, [classic, key])
    expect(await agents(classic)).toMatchObject({ outcome: 'verified' })
    expect(await agents(key)).toMatchObject({ outcome: 'verified' })
    const agent = createAgent({ name: 'Bot', key: classic, directory: AGENT, clock })
    agent.publish(key)
    agent.rotate(key)
    agent.retire(classic)
    expect(agent.keyId).toBe(keyId)
  })

  it('is not decided where the site has not asked for such keys, with the reason', async () => {
    expect(await judged(key, [key], {})).toMatchObject({
      outcome: 'unverified',
      reason: 'algorithm-not-accepted',
      code: 'ALG_MISMATCH',
    })
    // The keys beside it are read as ever.
    expect(await judged(classic, [key, classic], {})).toMatchObject({ outcome: 'verified' })
    expect(await judged(other, [key], {})).toMatchObject({ outcome: 'unverified', reason: 'key-not-in-directory' })
  })

  it('is taken of the listed parameter sets alone', async () => {
    const only = { ...OPTED, algorithms: ['ml-dsa-65'] as const }
    expect(await judged(other, [key, other], only)).toMatchObject({ outcome: 'verified' })
    for (const one of [key, classic])
      expect(await judged(one, [key, other, classic], only)).toMatchObject({ reason: 'algorithm-not-accepted' })
    expect(await judged(classic, [classic], { algorithms: ['ecdsa-p256-sha256'] })).toMatchObject({
      reason: 'algorithm-not-accepted',
    })
  })

  it('needs the reader where a list names the algorithm: without it nothing would verify', () => {
    expect(() => site([key], { algorithms: ['ed25519', 'ml-dsa-44'] })).toThrow(
      withCode('CONFIG_INVALID', '"otherKeys"'),
    )
  })
})

describe('what is forged for such an agent', () => {
  it('is refused: another request, another key, another parameter set, a signature cut short', async () => {
    const request = await signed(key)
    const agents = site([key])
    expect(await agents.judge({ ...request, method: 'POST' })).toMatchObject({ reason: 'bad-signature' })
    const strange = mlDsaKey({ keyId: 'pq', algorithm: 'ml-dsa-44', seed: new Uint8Array(32).fill(6), mlDsa })
    const claimed = changed(await signed(strange), 'signature-input', /keyid="[^"]*"/, `keyid="${keyId}"`)
    expect(await agents.judge(claimed)).toMatchObject({ reason: 'bad-signature' })
    const larger = changed(await signed(other), 'signature-input', /keyid="[^"]*"/, `keyid="${keyId}"`)
    expect(await agents.judge(larger)).toMatchObject({ reason: 'signature-value-unreadable' })
    const short = changed(request, 'signature', /:.{8}/, ':')
    expect(await agents.judge(short)).toMatchObject({ reason: 'signature-value-unreadable' })
  })

  it('does not choose the algorithm: neither alg nor a signature of Ed25519 under the key of ML-DSA counts', async () => {
    const agents = site([key, classic])
    for (const alg of ['ed25519', 'ml-dsa-44', 'hmac-sha256'])
      expect(
        await agents.judge(changed(await signed(key), 'signature-input', ';keyid', `;alg="${alg}";keyid`)),
      ).toMatchObject({ outcome: 'invalid', reason: 'algorithm-mismatch' })
    const swapped = changed(
      await signed(classic),
      'signature-input',
      /;alg="ed25519";keyid="[^"]*"/,
      `;keyid="${keyId}"`,
    )
    expect(await agents.judge(swapped)).toMatchObject({ outcome: 'invalid', reason: 'signature-value-unreadable' })
  })

  it('finds no key in a document that shows a seed, whether the site reads such keys or not', async () => {
    const { alg, kty, pub } = key.publicJwk
    const body = JSON.stringify({ keys: [{ alg, kty, pub, priv: 'AA' }] })
    for (const options of [OPTED, {}])
      expect(await site([key], options, body).judge(await signed(key))).toMatchObject({
        outcome: 'unverified',
        reason: 'directory-unavailable',
      })
  })

  it('finds no key whose kid is that of another, or whose bytes are of another parameter set', async () => {
    const { alg, kty, pub } = key.publicJwk
    const bodies = [
      [{ alg, kty, pub, kid: mlDsaThumbprint(other.publicJwk) }],
      [{ alg: 'ML-DSA-65', kty, pub, kid: keyId }],
      [{ alg: 'ML-DSA-99', kty, pub, kid: keyId }],
      [{ kty, pub, kid: keyId }],
    ].map((keys) => JSON.stringify({ keys }))
    for (const body of bodies)
      for (const options of [OPTED, {}])
        expect(await site([key], options, body).judge(await signed(key))).toMatchObject({
          outcome: 'unverified',
          reason: 'key-not-in-directory',
        })
  })
})

describe('the options of both sides', () => {
  it('refuse a private half beside the public one, alg, and names that are no algorithm of agents', () => {
    const leaking = { ...key, publicJwk: { ...key.publicJwk, priv: 'AA' } }
    expect(() => agentDirectory({ agent: AGENT, keys: [{ key: leaking }] })).toThrow(
      withCode('KEY_MALFORMED', 'public half'),
    )
    expect(() => webBotAuth({ key, agent: AGENT, alg: true })).toThrow(withCode('CONFIG_INVALID', '"alg"'))
    for (const algorithms of [[], ['hmac-sha256'], ['ed25519', 'ML-DSA-65'], ['ed25519+ml-dsa-65']])
      for (const make of [
        () => webBotAuthVerifier({ algorithms: algorithms as never }),
        () => site([key], { algorithms: algorithms as never }),
      ])
        expect(make).toThrow(withCode('CONFIG_INVALID', '"algorithms" must be a list of algorithms'))
    expect(() => site([key], { otherKeys: {} as never })).toThrow(withCode('CONFIG_INVALID', 'mlDsaKeys'))
  })
})
