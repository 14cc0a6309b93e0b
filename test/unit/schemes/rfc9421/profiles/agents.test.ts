import { describe, expect, test } from 'vitest'
import { base64url, utf8 } from '../../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, ed25519PrivateKey, hmacKey, jwkThumbprint } from '../../../../../src/crypto/index.js'
import type { SigningKey } from '../../../../../src/crypto/key.js'
import { type HttpMessage, type HttpRequest, httpRequest, httpResponse } from '../../../../../src/message/message.js'
import { type ComponentInit, component, coverLess, rfc9421Signer } from '../../../../../src/schemes/rfc9421/index.js'
import {
  AGENT_FAULTS,
  type AgentFault,
  agentFault,
  agentIdentifier,
  agentPairReader,
  faultOf,
} from '../../../../../src/schemes/rfc9421/profiles/signature-agent.js'
import { visaTap, visaTapVerifier } from '../../../../../src/schemes/rfc9421/profiles/visa-tap.js'
import { agentOrigin, thumbprintKey, webBotAuth } from '../../../../../src/schemes/rfc9421/profiles/web-bot-auth.js'
import {
  AGENT_ALGORITHMS,
  allowTestKeys,
  ofPair,
  webBotAuthVerifier,
} from '../../../../../src/schemes/rfc9421/profiles/web-bot-auth-verifier.js'
import {
  type Signer,
  signPreparedSync,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../../../../src/schemes/scheme.js'
import { errorOf, textOf, thrownCode, withCode } from '../../../../expect-code.js'

const NOW = 1_790_000_000_000
const key = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(5) })
const thumbprint = jwkThumbprint(key)
const NONCE = 'nonce-0123456789abcdef'
const signed = <M extends HttpMessage>(message: M, { scheme, key: own }: Signer): M =>
  signPreparedSync(
    scheme.prepare(message, { keyId: own.keyId, algorithm: own.algorithm, nowMs: NOW, nonce: NONCE }),
    key,
  )

const get = httpRequest({ url: 'https://shop.example.com/a?b=1' })
const AGENT = 'https://bot.example.com'
const KEYS = `${AGENT}/.well-known/http-message-signatures-directory`

const fieldOf = ({ fields }: HttpMessage, name: string): string =>
  fields[fields.findIndex((one) => one.toLowerCase() === name) + 1] as string

const only = (scheme: VerifyScheme, message: HttpMessage): UntrustedSignature => {
  const found = scheme.parse(message)
  expect(found).toHaveLength(1)
  return found[0] as UntrustedSignature
}

/** What a scheme demands, which is hidden from printers. */
const demandsOf = ({ demands }: VerifyScheme): object =>
  Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(demands)).map(([name, { value }]) => [name, value]),
  )

const ALL = ['legacy', 'ietf-00', 'ietf-01'] as const

describe('the faults of an agent', () => {
  test('are found again by their texts, and have a code each', () => {
    for (const name of Object.keys(AGENT_FAULTS) as AgentFault[]) {
      const error = agentFault(name)
      expect(error.message).toContain(AGENT_FAULTS[name][1])
      expect(faultOf(AGENT_FAULTS[name][1])).toBe(name)
    }
    expect(faultOf('something else')).toBeUndefined()
    expect(
      [
        'missing-fields',
        'signature-agent-member-missing',
        'target-not-covered',
        'chain-not-covered',
        'test-key',
        'signature-agent-absent',
      ].map((name) => agentFault(name as AgentFault).code),
    ).toEqual([
      'TIMESTAMP_MALFORMED',
      'COMPONENT_MISSING',
      'COMPONENT_MISSING',
      'COMPONENT_MISSING',
      'KEY_UNKNOWN',
      'AUTH_MALFORMED',
    ])
  })
})

describe('the URL of the keys of an agent', () => {
  const pair = (
    text: string | readonly string[],
    covered: readonly string[],
    drafts: readonly (typeof ALL)[number][] = ALL,
  ) =>
    agentPairReader(new Set(drafts))(
      covered,
      { ...get, fields: (typeof text === 'string' ? [text] : text).flatMap((one) => ['Signature-Agent', one]) },
      thumbprint,
    )
  const fault = (...args: Parameters<typeof pair>): unknown =>
    faultOf(errorOf(() => pair(...args)).message.replace(/^[A-Z_]+:? /, ''))
  const OWN = ['"signature-agent";key="a"']
  const BARE = ['"signature-agent"']

  test('is that of the one member that is covered', () => {
    expect(pair(`a="${AGENT}"`, OWN)).toBe(`${KEYS}#${thumbprint}`)
    expect(pair(`a="${AGENT}/"`, OWN)).toBe(`${KEYS}#${thumbprint}`)
    expect(pair(`b="https://other.example", a="${AGENT}"`, ['"@authority"', ...OWN])).toBe(`${KEYS}#${thumbprint}`)
    expect(pair([`b="https://other.example"`, `a="${AGENT}"`], OWN)).toBe(`${KEYS}#${thumbprint}`)
    expect(pair(`a="${AGENT}"`, BARE)).toBe(`${KEYS}#${thumbprint}`)
    expect(pair(`  "${AGENT}"`, BARE)).toBe(`${KEYS}#${thumbprint}`)
    expect(pair(`a="${AGENT}/keys.json"`, OWN)).toBe(`${AGENT}/keys.json#${thumbprint}`)
    expect(pair(`a="${AGENT}/keys.json";type=jwks_uri`, OWN)).toBe(`${AGENT}/keys.json#${thumbprint}`)
    expect(pair(`a="${AGENT}";type=jwks_uri`, OWN)).toBe(`${AGENT}/#${thumbprint}`)
    expect(pair(`a="${AGENT}";type=directory`, OWN)).toBe(`${KEYS}#${thumbprint}`)
  })

  test('is read by the drafts that are accepted', () => {
    expect(pair(`a="${AGENT}"`, OWN, ['ietf-00'])).toBe(`${KEYS}#${thumbprint}`)
    expect(pair(`a="${AGENT}"`, OWN, ['legacy'])).toBe(`${KEYS}#${thumbprint}`)
    expect(pair(`a="${AGENT}"`, OWN, ['ietf-01'])).toBe(`${AGENT}/#${thumbprint}`)
    expect(pair(`"${AGENT}"`, BARE, ['legacy'])).toBe(`${KEYS}#${thumbprint}`)
    expect(fault(`"${AGENT}"`, BARE, ['ietf-00', 'ietf-01'])).toBe('signature-agent-unsupported')
    expect(fault(`a="${AGENT}/keys.json"`, OWN, ['ietf-00', 'legacy'])).toBe('signature-agent-not-origin')
    expect(fault(`a="${AGENT}/keys.json";type=directory`, OWN)).toBe('signature-agent-not-origin')
    expect(fault(`"${AGENT}/keys.json"`, BARE)).toBe('signature-agent-not-origin')
    expect(fault(`a="${AGENT}";type=directory`, OWN, ['ietf-01', 'legacy'])).toBe('signature-agent-unsupported')
  })

  test('is none where it could be read in more than one way', () => {
    for (const [text, covered, name] of [
      [`a="${AGENT}"`, ['"@authority"', '"signature-agents"', '"x-signature-agent"'], 'signature-agent-absent'],
      [`a="${AGENT}"`, [...OWN, '"signature-agent";key="b"'], 'signature-agent-ambiguous-member'],
      [`a="${AGENT}"`, [...BARE, ...OWN], 'signature-agent-ambiguous-member'],
      [[], OWN, 'signature-agent-member-missing'],
      [`b="${AGENT}"`, OWN, 'signature-agent-member-missing'],
      ['', BARE, 'signature-agent-member-missing'],
      [`a="${AGENT}", b="${AGENT}"`, BARE, 'signature-agent-ambiguous-member'],
      [`a="${AGENT}", a="${AGENT}"`, OWN, 'signature-agent-unparsable'],
      [`a="${AGENT}`, OWN, 'signature-agent-unparsable'],
      [`"${AGENT}" x`, BARE, 'signature-agent-unparsable'],
      [`a=5`, OWN, 'signature-agent-unparsable'],
      [`a=("${AGENT}")`, OWN, 'signature-agent-unparsable'],
      [`a=token`, OWN, 'signature-agent-unparsable'],
      [`a="${AGENT}";x=1`, OWN, 'signature-agent-unsupported'],
      [`a="${AGENT}";type="directory"`, OWN, 'signature-agent-unsupported'],
      [`a="${AGENT}";type=directory;x`, OWN, 'signature-agent-unsupported'],
      [`a="${AGENT}";type=other`, OWN, 'signature-agent-unsupported'],
      [`a="${AGENT}"`, ['"signature-agent";bs'], 'signature-agent-unsupported'],
      [`a="${AGENT}"`, ['"signature-agent";key="a";req'], 'signature-agent-unsupported'],
      [`"${AGENT}"`, OWN, 'signature-agent-unsupported'],
      ['a="http://bot.example.com"', OWN, 'signature-agent-not-https'],
      ['a="https://u@bot.example.com"', OWN, 'signature-agent-unparsable'],
      ['a="https://:p@bot.example.com"', OWN, 'signature-agent-unparsable'],
      ['a="https://bot.example.com/#x"', OWN, 'signature-agent-unparsable'],
      ['a="bot.example.com"', OWN, 'signature-agent-unparsable'],
      ['a="https://bot.example.com/a b"', OWN, 'signature-agent-unparsable'],
      ['a="https://bot.example.com\\\\x"', OWN, 'signature-agent-unparsable'],
      [`a="${AGENT}/${'x'.repeat(2048)}"`, OWN, 'signature-agent-unparsable'],
      [`a="${AGENT}/${'x'.repeat(2047 - AGENT.length)}"`, OWN, 'signature-agent-unsupported'],
      [`a="${AGENT}/a'b"`, OWN, 'signature-agent-unsupported'],
      [`a="${AGENT}/${'x'.repeat(250)}"`, OWN, 'signature-agent-unsupported'],
    ] as const)
      expect([text, fault(text, covered)]).toEqual([text, name])
  })

  test('is remembered for the same field, component and thumbprint alone', () => {
    const reader = agentPairReader(new Set(ALL))
    const read = (text: string, covered: readonly string[], print = thumbprint): string =>
      reader(covered, { ...get, fields: ['Signature-Agent', text] }, print)
    const both = `a="${AGENT}", b="https://other.example"`
    expect(read(both, OWN)).toBe(`${KEYS}#${thumbprint}`)
    expect(read(both, OWN)).toBe(`${KEYS}#${thumbprint}`)
    expect(read(both, ['"signature-agent";key="b"'])).toContain('https://other.example/')
    expect(read(both, OWN)).toBe(`${KEYS}#${thumbprint}`)
    expect(read(both, OWN, 'x'.repeat(43))).toBe(`${KEYS}#${'x'.repeat(43)}`)
    expect(read(`a="${AGENT}" , x="${'y'.repeat(600)}"`, OWN)).toBe(`${KEYS}#${thumbprint}`)
    for (let at = 0; at < 600; at++) expect(read(`a="https://bot-${at}.example"`, OWN)).toContain(`bot-${at}.example`)
    expect(read(both, OWN)).toBe(`${KEYS}#${thumbprint}`)
  })

  test('has one identifier for all of its spellings', () => {
    expect(agentIdentifier('https://BOT.example.com:443/%7Ea/%2f%c3%a9?x#y')).toBe(
      'https://bot.example.com/~a/%2F%C3%A9',
    )
    expect(agentIdentifier('https://bot.example.com//evil.example/%41%5f')).toBe(
      'https://bot.example.com//evil.example/A_',
    )
    expect(() => agentIdentifier('bot.example.com')).toThrow(
      withCode('ARGUMENT_INVALID', 'agentIdentifier: "url" must be an absolute URL, got'),
    )
    expect(errorOf(() => agentIdentifier('bot.example.com')).cause).toBeInstanceOf(TypeError)
  })
})

describe('a signature of Web Bot Auth', () => {
  const sign = (options: object = {}, request: HttpRequest = get) =>
    signed(request, webBotAuth({ key, agent: AGENT, ...options }))
  const inputOf = (options: object = {}, request: HttpRequest = get) =>
    fieldOf(sign(options, request), 'signature-input')
  const TAIL = `;created=1790000000;expires=1790000300;nonce="${NONCE}";alg="ed25519";keyid="${thumbprint}";tag="web-bot-auth"`

  test('covers the target and the field of its draft', () => {
    expect(inputOf()).toBe(`sig1=("@authority" "@method" "@path" "signature-agent";key="sig1")${TAIL}`)
    expect(fieldOf(sign(), 'signature-agent')).toBe(`sig1="${AGENT}"`)
    expect(fieldOf(sign({ draft: 'ietf-01', label: 'own' }), 'signature-agent')).toBe(`own="${KEYS}"`)
    expect(inputOf({ label: 'own', cover: ['@query'] })).toBe(
      `own=("@authority" "@method" "@path" "@query" "signature-agent";key="own")${TAIL}`,
    )
    expect(fieldOf(sign({ draft: 'legacy' }), 'signature-agent')).toBe(`"${AGENT}"`)
    expect(inputOf({ draft: 'legacy' })).toBe(`sig1=("@authority" "@method" "@path" "signature-agent")${TAIL}`)
    const body = httpRequest({ method: 'POST', url: 'https://shop.example.com/', body: 'x' })
    expect(inputOf({}, body)).toContain('"signature-agent";key="sig1" "content-digest")')
    expect(inputOf({ nonce: false, alg: false, expiresInMs: 60_000 })).toContain(
      `;created=1790000000;expires=1790000060;keyid=`,
    )
  })

  test('is of a request that names no agent yet', () => {
    expect(() => sign({}, { ...get, fields: ['signature-agent', 'x'] })).toThrow(
      withCode('MESSAGE_MALFORMED', 'webBotAuth: a Signature-Agent field is there already'),
    )
    expect(() => signed(httpResponse({ status: 200 }), webBotAuth({ key, agent: AGENT }))).toThrow(
      withCode('MESSAGE_MALFORMED', 'webBotAuth: the profile signs requests only'),
    )
  })

  test('is by a private key under its thumbprint', () => {
    expect(thumbprintKey('where', key).keyId).toBe(thumbprint)
    const foreign = { keyId: 'x'.repeat(43), algorithm: 'ed25519', sign: () => new Uint8Array(64) } as const
    expect(thumbprintKey('where', foreign)).toMatchObject({ keyId: foreign.keyId, algorithm: 'ed25519' })
    expect(thumbprintKey('where', foreign).sign('x')).toEqual(new Uint8Array(64))
    for (const [one, text] of [
      [undefined, 'where: "key" must be a signing key'],
      [{ sign: 5 }, 'where: "key" must be a signing key'],
      [
        hmacKey({ keyId: 'a', algorithm: 'hmac-sha512', secret: new Uint8Array(32) }),
        'where: "key" must be a private key: a shared secret has no public half to publish',
      ],
      ...[`${'x'.repeat(43)}y`, 'x'.repeat(42), `${'x'.repeat(42)}+`].map((keyId) => [
        { ...foreign, keyId },
        'where: "key" must have its SHA-256 thumbprint as key id, because its public half is unknown',
      ]),
    ] as ReadonlyArray<readonly [unknown, string]>)
      expect(textOf(() => thumbprintKey('where', one as never))).toContain(`CONFIG_INVALID ${text}`)
  })

  test('is that of ML-DSA by its public members, or by its id where those are unknown, and states no algorithm', () => {
    const sign = (): Uint8Array => new Uint8Array(2420)
    const remote = { keyId: thumbprint, algorithm: 'ml-dsa-44' as never, sign }
    const publicJwk = { kty: 'AKP', alg: 'ML-DSA-44', pub: base64url(new Uint8Array(1312)) }
    expect(thumbprintKey('where', remote).keyId).toBe(thumbprint)
    const known = thumbprintKey('where', { ...remote, publicJwk } as never)
    expect(known.keyId).toMatch(/^[\w-]{43}$/)
    expect(known.keyId).not.toBe(thumbprint)
    expect(() => thumbprintKey('where', { ...remote, keyId: 'a-key' })).toThrow(
      withCode('CONFIG_INVALID', '"key" must have its SHA-256 thumbprint as key id'),
    )
    const stated = (one: SigningKey, alg?: boolean): string => {
      const { scheme } = webBotAuth({ key: one, agent: AGENT, ...(alg !== undefined && { alg }) })
      return String(scheme.prepare(get, { keyId: 'k', algorithm: one.algorithm, nowMs: NOW, nonce: NONCE }).base)
    }
    expect(stated(remote)).not.toContain(';alg=')
    expect(stated(key)).toContain(';alg="ed25519"')
    expect(stated(key, false)).not.toContain(';alg=')
  })

  test('needs an agent that is an origin, and options that can be meant', () => {
    expect([agentOrigin(AGENT), agentOrigin(`${AGENT}/`), agentOrigin('https://a.example:8443')]).toEqual([
      AGENT,
      AGENT,
      'https://a.example:8443',
    ])
    for (const text of [
      'http://bot.example.com',
      `${AGENT}/a`,
      `${AGENT}?a`,
      'https://BOT.example.com',
      'bot',
      5,
      undefined,
    ])
      expect(textOf(() => agentOrigin(text, 'name'))).toBe(
        'CONFIG_INVALID "name" must be an origin such as https://bot.example.com, got another text',
      )
    for (const [options, text] of [
      [{ draft: 'ietf-02' }, '"draft" must be'],
      [{ expiresInMs: 999 }, '"expiresInMs" must be'],
      [{ expiresInMs: 86_400_001 }, '"expiresInMs" must be'],
      ...Object.entries({
        directory: 'agent',
        signatureAgent: 'agent',
        url: 'agent',
        revision: 'draft',
        components: 'cover',
      }).map(([wrong, right]) => [{ [wrong]: 'x' }, `did you mean "${right}"`]),
    ] as ReadonlyArray<readonly [object, string]>)
      expect(textOf(() => webBotAuth({ key, agent: AGENT, ...options }))).toContain(text)
  })
})

describe('what a verifier of Web Bot Auth reads', () => {
  const scheme = webBotAuthVerifier()
  const request = signed(get, webBotAuth({ key, agent: AGENT }))
  const base = ['@authority', component('signature-agent', { key: 'sig1' })]
  const custom = (components: readonly ComponentInit[] = base, options: object = {}, keyId = thumbprint, from = get) =>
    signed(
      { ...from, fields: [...from.fields, 'Signature-Agent', `sig1="${AGENT}"`] },
      rfc9421Signer({
        ...{ key: { ...key, keyId, sign: key.sign }, components, whenPresent: [], [coverLess]: true },
        ...{ tag: 'web-bot-auth', expiresInMs: 60_000, nonce: false },
        ...options,
      }),
    )
  const fault = (message: HttpMessage, by = scheme): unknown =>
    faultOf(errorOf(() => by.parse(message)).message.replace(/^[A-Z_]+:? /, ''))

  test('is the signature under the pair of key set and thumbprint', () => {
    const one = only(scheme, request)
    expect(one).toMatchObject({
      ...{ label: 'sig1', tag: 'web-bot-auth', keyId: `${KEYS}#${thumbprint}`, claimedAlgorithm: 'ed25519' },
      ...{ createdMs: NOW, expiresMs: NOW + 300_000, nonce: NONCE, reusable: false, bodyDigests: [] },
      covered: ['"@authority"', '"@method"', '"@path"', '"signature-agent";key="sig1"'],
    })
    expect([...one.covers].sort()).toEqual(['authority', 'field:signature-agent;key="sig1"', 'method', 'path'])
    expect(one.base).toContain('"@authority": shop.example.com\n')
    expect(key.verifyingKey.verify(one.base, one.signature)).toBe(true)
    expect(only(scheme, custom())).toMatchObject({ reusable: true, nonce: undefined, expiresMs: NOW + 60_000 })
    const body = httpRequest({ method: 'POST', url: 'https://shop.example.com/', body: 'x' })
    expect(only(scheme, signed(body, webBotAuth({ key, agent: AGENT }))).bodyDigests).toHaveLength(1)
    expect(ofPair(one, 'pair', NOW + 5)).toMatchObject({ keyId: 'pair', expiresMs: NOW + 5, label: 'sig1' })
  })

  test('is of requests with its tag', () => {
    expect(scheme.parse(httpResponse({ status: 200 }))).toEqual([])
    expect(scheme.parse(request, { tag: 'web-bot-auth' })).toHaveLength(1)
    expect(scheme.parse(request, { tag: 'other' })).toEqual([])
    expect(scheme.parse(request, { label: 'other' })).toEqual([])
    expect(scheme.parse(custom(base, { tag: 'other' }))).toEqual([])
    expect(scheme.parse(get)).toEqual([])
  })

  test('has time, end, key and target, and all of a signature that it covers', () => {
    const without = (pattern: RegExp): HttpRequest => ({
      ...request,
      fields: request.fields.map((one) => one.replace(pattern, '')),
    })
    for (const pattern of [/;created=\d+/, /;expires=\d+/, /;keyid="[^"]*"/])
      expect(fault(without(pattern))).toBe('missing-fields')
    expect(fault(custom(base, {}, 'agent-1'))).toBe('keyid-not-thumbprint')
    expect(fault(custom(base.slice(1)))).toBe('target-not-covered')
    expect(only(scheme, custom(['@target-uri', ...base.slice(1)]))).toBeDefined()
    const over = [...base, component('signature', { key: 'first' }), component('signature-input', { key: 'first' })]
    const first = signed(
      get,
      rfc9421Signer({ key, label: 'first', components: ['@method'], [coverLess]: true, whenPresent: [] }),
    )
    expect(fault(custom(over, {}, thumbprint, first))).toBe('chain-not-covered')
    expect(only(scheme, custom(['@method', ...over], {}, thumbprint, first))).toBeDefined()
  })

  test('is none of a key that everyone has, except for vectors, whose ends are far', () => {
    const published = [
      'BHj8s0GPnMEQtkaULIM-PLgEhLBbuGUQ1vMxmBWZzEo',
      'oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA',
      'ydQXMtvbsOsZyFir-Y7A8t7fKEM1gbKPvyFkdpu4fvI',
      'poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U',
    ]
    const vectors = webBotAuthVerifier({ [allowTestKeys]: true })
    for (const print of published) {
      expect(fault(custom(base, {}, print))).toBe('test-key')
      expect(only(vectors, custom(base, {}, print))).toMatchObject({ keyId: `${KEYS}#${print}` })
    }
    const day = 86_400_000
    const far = { expiresInMs: 2 * day }
    expect(only(scheme, custom(base, far)).expiresMs).toBe(NOW + 2 * day)
    expect(only(vectors, custom(base, far)).expiresMs).toBe(NOW + day)
    expect(only(vectors, custom(base))).toMatchObject({ expiresMs: NOW + 60_000 })
  })

  test('is held to a day, and to public keys', () => {
    const bare = { require: ['authority'], requireWithBody: [], maxLifetimeMs: 86_400_000, untilExpires: true }
    expect(demandsOf(scheme)).toEqual({ ...bare, requireNonce: false, algorithms: AGENT_ALGORITHMS })
    const own = webBotAuthVerifier({
      requireNonce: true,
      algorithms: ['ml-dsa-44', 'ecdsa-p521-sha512'],
      drafts: ['ietf-01'],
    })
    expect(demandsOf(own)).toEqual({ ...bare, requireNonce: true, algorithms: ['ml-dsa-44', 'ecdsa-p521-sha512'] })
    expect(only(own, request).keyId).toBe(`${AGENT}/#${thumbprint}`)
    for (const options of [
      ...[[], 'ietf-00', ['ietf-02'], ['ietf-00', 'x']].map((drafts) => ({ drafts })),
      ...[[], 'ed25519', ['hmac-sha256'], ['ed25519', 'x']].map((algorithms) => ({ algorithms })),
    ])
      expect(textOf(() => webBotAuthVerifier(options as never))).toMatch(/^CONFIG_INVALID .*must be a list of/)
  })
})

describe('Trusted Agent Protocol', () => {
  const sign = (options: object = {}, request = get) => signed(request, visaTap({ key, purpose: 'browse', ...options }))

  test('signs authority and path for eight minutes', () => {
    expect(fieldOf(sign(), 'signature-input')).toBe(
      `sig1=("@authority" "@path");created=1790000000;expires=1790000480;nonce="${NONCE}";alg="ed25519";keyid="agent-1";tag="agent-browser-auth"`,
    )
    expect(fieldOf(sign({ purpose: 'pay', label: 'own' }), 'signature-input')).toMatch(/^own=.*tag="agent-payer-auth"$/)
    const body = httpRequest({ method: 'POST', url: 'https://shop.example.com/', body: 'x' })
    expect(sign({}, body).fields.join()).not.toMatch(/content-digest/i)
    expect(textOf(() => visaTap({ key } as never))).toContain('"purpose" must be')
    expect(textOf(() => visaTap({ key, tag: 'x' } as never))).toContain('did you mean "purpose"')
    expect(textOf(() => visaTapVerifier({ tag: 'x' } as never))).toContain('did you mean "purpose"')
    expect(
      textOf(() =>
        visaTap({
          key: ecdsaPrivateKey({
            keyId: 'a',
            algorithm: 'ecdsa-p256-sha256',
            scalar: new Uint8Array(32).fill(7),
          }) as never,
          purpose: 'pay',
        }),
      ),
    ).toContain('visaTap: the key must be ed25519 or rsa-pss-sha256')
  })

  test('reads both purposes, or the one that is asked for', () => {
    const [browse, pay] = [sign(), sign({ purpose: 'pay' })]
    expect([browse, pay].map((one) => visaTapVerifier().parse(one).length)).toEqual([1, 1])
    expect([browse, pay].map((one) => visaTapVerifier({ purpose: 'pay' }).parse(one).length)).toEqual([0, 1])
    expect(visaTapVerifier().parse(get)).toEqual([])
    expect(visaTapVerifier().parse(httpResponse({ status: 200, headers: { 'signature-input': 'sig1=()' } }))).toEqual(
      [],
    )
    expect(demandsOf(visaTapVerifier())).toMatchObject({
      maxAgeMs: 480_000,
      maxLifetimeMs: 480_000,
      requireNonce: true,
    })
  })

  /** Signed as the sample does: the text of the input is a part of what is signed, and the query one of the path. */
  const sample = (input: string, path: string, label = 'sig2'): HttpRequest => {
    const text = `"@authority": shop.example.com\n"@path": ${path}\n"@signature-params": ${input}`
    const signature = base64url(key.sign(utf8(text)) as Uint8Array)
    const padded = Buffer.from(signature, 'base64url').toString('base64')
    return {
      ...get,
      fields: ['Signature-Input', `${label}=${input}`, 'Signature', `${label}=:${padded}:`],
    }
  }
  const holds = (request: HttpRequest): boolean => {
    const one = only(visaTapVerifier(), request)
    return key.verifyingKey.verify(one.base, one.signature) as boolean
  }
  const INPUT = `("@authority" "@path"); created=1790000000; expires=1790000480; nonce="${NONCE}"; keyId="agent-1"; alg="ed25519"; tag="agent-browser-auth"`

  test('reads the spelling of the sample, with its spaces, and with the query in the path', () => {
    expect(holds(sample(INPUT, '/a?b=1'))).toBe(true)
    expect(holds(sample(INPUT, '/a'))).toBe(false)
    expect(only(visaTapVerifier(), sample(INPUT, '/a?b=1')).keyId).toBe('agent-1')
    const standard = INPUT.replace('keyId', 'keyid')
    expect(holds(sample(standard, '/a'))).toBe(true)
    expect(holds(sample(standard, '/a?b=1'))).toBe(false)
    // Neither a name nor an algorithm is one inside of a text.
    const inside = standard.replace(NONCE, 'nonce-;keyId=0123456')
    expect(holds(sample(inside, '/a'))).toBe(true)
    const queryless = { ...sample(INPUT, '/a'), target: '/a' }
    const bare = { ...sample(INPUT, '/a'), target: '/a?' }
    expect([holds(queryless), holds(bare)]).toEqual([true, true])
  })

  test('reads the other name of RSA-PSS where it is the algorithm', () => {
    const named = (input: string) => only(visaTapVerifier(), sample(input, '/a?b=1')).claimedAlgorithm
    expect(named(INPUT.replace('"ed25519"', '"PS256"'))).toBe('rsa-pss-sha256')
    expect(named(INPUT.replace('; alg="ed25519"', ';alg="PS256"'))).toBe('rsa-pss-sha256')
    expect(thrownCode(() => named(INPUT.replace('; alg="ed25519"', '; alg="ed25519"; alg=1;x="PS256"')))).not.toBe(
      'nothing thrown',
    )
    expect(thrownCode(() => named(INPUT.replace('"ed25519"', '"PS384"')))).toBe('ALG_UNSUPPORTED')
    expect(only(visaTapVerifier(), sample(INPUT.replace('"agent-1"', '"PS256"'), '/a')).keyId).toBe('PS256')
  })

  test('finds the text of its member among others', () => {
    const other = 'sig1=("@method");keyid="a,b\\"";tag="x"'
    const one = sample(INPUT, '/a?b=1')
    const both = (text: string, signatures: string): HttpRequest => ({
      ...one,
      fields: ['Signature-Input', text, 'Signature', signatures],
    })
    const signature = one.fields[3] as string
    expect(holds(both(`${other}, ${one.fields[1]}`, `sig1=:AAAA:, ${signature}`))).toBe(true)
    expect(holds(both(`${one.fields[1]} ,${other}`, `${signature}, sig1=:AAAA:`))).toBe(true)
    expect(
      holds(
        both(
          `${other},${one.fields[1]},sig3=("@path"), sig4=()`,
          `sig1=:AAAA:, ${signature}, sig3=:AAAA:, sig4=:AAAA:`,
        ),
      ),
    ).toBe(true)
  })
})
