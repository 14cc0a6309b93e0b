import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import {
  ecdsaPrivateKey,
  ed25519PrivateKey,
  hmacKey,
  importRsaSigningKey,
  type SigningKey,
} from '../../src/crypto/index.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { walletKey } from '../../src/exchange/wallet/index.js'
import { type HttpMessage, type HttpRequest, httpRequest, isRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'
import { rfc9421Signer, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { type Signer, signPrepared } from '../../src/schemes/scheme.js'
import { staticKeys } from '../../src/server/key-source.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { createVerifier, noReplayProtection } from '../../src/server/verifier.js'
import { ALL_SCHEMES } from '../contract/schemes/all.js'
import { arbitraryRequest, type ExchangeSample } from '../exchange/sample.js'
import { allSamples } from '../exchange/samples.js'
import { doorsOf } from './doors.js'
import { type AnyVerifyingKey, acceptedBy, type Signed, type Subject, spared } from './subject.js'

/** On a whole second, as most schemes write their times. */
const NOW = 1_790_000_000_000
const HOST = 'api.example.com'
const SECRET: Uint8Array = new Uint8Array(32).map((_, i) => 7 * i + 1)

const pem = readFileSync(new URL('../vectors/pkcs8/rsa.pem', import.meta.url), 'utf8')
const rsa = (algorithm: 'rsa-v1_5-sha256' | 'rsa-v1_5-sha512' | 'rsa-pss-sha256' | 'rsa-pss-sha512') =>
  importRsaSigningKey(pem, { keyId: algorithm, algorithm })
const ecdsa = (algorithm: 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'ecdsa-p521-sha512', bytes: number) =>
  ecdsaPrivateKey({
    keyId: algorithm,
    algorithm,
    scalar: Uint8Array.from({ length: bytes }, (_, i) => (i === 0 ? 0 : 9)),
  })
const hmac = (algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512') =>
  hmacKey({ keyId: algorithm, algorithm, secret: new Uint8Array(64).fill(5) })

type Pair = readonly [SigningKey, AnyVerifyingKey]
const pairOf = (key: SigningKey & { readonly verifyingKey: AnyVerifyingKey }): Pair => [key, key.verifyingKey]

/** Every algorithm of the package, each with a key. */
const KEYS: readonly Pair[] = [
  ...(['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const).map((name): Pair => [hmac(name), hmac(name)]),
  pairOf(ed25519PrivateKey({ keyId: 'ed25519', seed: SECRET })),
  pairOf(ecdsa('ecdsa-p256-sha256', 32)),
  pairOf(ecdsa('ecdsa-p384-sha384', 48)),
  pairOf(ecdsa('ecdsa-p521-sha512', 66)),
  ...(
    await Promise.all((['rsa-v1_5-sha256', 'rsa-v1_5-sha512', 'rsa-pss-sha256', 'rsa-pss-sha512'] as const).map(rsa))
  ).map(pairOf),
  pairOf(walletKey({ privateKey: '01'.repeat(32) })),
]

const text = (characters: string): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), maxLength: 16 })

/** Requests as an honest client sends them to one service. */
const HONEST: fc.Arbitrary<HttpRequest> = fc
  .record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
    path: text('abc/09-_~.'),
    query: fc.array(fc.constantFrom('a=1', 'b', 'c=%26', 'a=2', '', '=', 'd=+'), { maxLength: 4 }),
    note: text('ab Z9,;="/()'),
    body: fc.uint8Array({ minLength: 1, maxLength: 60 }),
  })
  .map(({ method, path, query, note, body }) =>
    httpRequest({
      method,
      url: `http://${HOST}/x/${path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
      headers: { 'content-type': 'application/json', 'X-Note': note },
      body: new Uint8Array(body),
    }),
  )

interface Making {
  readonly signer: Signer<SigningKey>
  readonly messages: fc.Arbitrary<HttpMessage>
  readonly nonces?: ((nowMs: number) => fc.Arbitrary<string>) | undefined
}

const anyNonce = (): fc.Arbitrary<string> => fc.stringMatching(/^[A-Za-z0-9_-]{22,32}$/)

const signedBy =
  ({ signer, messages, nonces = anyNonce }: Making): Subject['signed'] =>
  async (count, seed) => {
    const { scheme, key } = signer
    const all = fc.sample(fc.tuple(messages.filter(isRequest), nonces(NOW)), { seed, numRuns: count })
    const out: Signed[] = []
    for (const [message, nonce] of all) {
      const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce }
      const request = await signPrepared(scheme.prepare(message as HttpRequest, context), key)
      out.push({ request, own: Math.min(message.fields.length, request.fields.length) })
    }
    return out
  }

/** RFC 9421 with every algorithm, before the whole verifier. */
const ALGORITHMS: readonly Subject[] = KEYS.map(([key, verifyingKey]) => {
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key: spared(verifyingKey) }]),
    replay: noReplayProtection,
    clock: { now: () => NOW },
    policy: strictPolicy({ authorities: [HOST], algorithms: [key.algorithm] }),
  })
  const reader = rfc9421Verifier()
  return {
    group: 'RFC 9421, the whole verifier',
    name: `rfc9421 with ${key.algorithm}`,
    algorithm: key.algorithm,
    signed: signedBy({
      signer: rfc9421Signer({ key, whenPresent: ['content-type', 'content-digest', 'x-note'] }),
      messages: HONEST,
    }),
    accepts: async (request) => ((await verifier.verify(request)).ok ? reader.parse(request)[0] : undefined),
  }
})

const GROUPS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^rfc9421/, 'RFC 9421 and its profiles'],
  [/sigv4|upload|^goog4|^tc3|^acs3|^huawei|^oss4|^tos4|^volc|^azure/, 'clouds'],
  [/#/, 'webhooks'],
  [/^a scheme in headers/, 'a scheme of one’s own'],
]

const lowerMethod = (request: HttpRequest): HttpRequest => ({ ...request, method: request.method.toLowerCase() })

const withPairs = (request: HttpRequest, change: (pairs: readonly string[]) => readonly string[]): HttpRequest => {
  const { path, query } = splitTarget(request.target)
  return { ...request, target: `${path}?${change(query.slice(1).split('&')).join('&')}` }
}

// RFC 3986 2.3: what need not be encoded means the same encoded, and the digits have no case.
const plain = (text: string): string =>
  text.replace(/%[0-9a-f]{2}/gi, (one) => {
    const character = String.fromCharCode(Number.parseInt(one.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : one.toUpperCase()
  })

/**
 * The request as a signer of AWS makes one text of several (Signature Version 4, "Create a canonical request"): no dot segments or
 * empty ones in the path (RFC 3986 6.2.2.3), pairs of the query in order, each with its "=", none that is empty, and one space
 * where values of fields have several.
 */
function canonical(request: HttpRequest): HttpRequest {
  const { path } = splitTarget(request.target)
  const kept: string[] = []
  for (const segment of plain(path).split('/').slice(1)) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  const pairs = withPairs(request, (all) =>
    all
      .map((pair) => (pair.includes('=') ? plain(pair) : `${plain(pair)}=`))
      .filter((pair) => pair !== '=')
      .sort(),
  )
  return {
    ...pairs,
    target: `/${kept.join('/')}${splitTarget(pairs.target).query}`,
    fields: pairs.fields.map((text, at) => (at % 2 === 0 ? text : text.replace(/\s+/g, ' '))),
  }
}

/** What the page of a scheme says is one text, before it is signed. */
const SPELLINGS: ReadonlyArray<readonly [RegExp, NonNullable<Subject['spelling']>]> = [
  // Signing HTTP Messages (draft-cavage) 2.3: "(request-target)" has the method in lower case, as at Kong; RFC 5849
  // 3.4.1.1 has it in upper case.
  [/^cavage|Kong|^OAuth/, lowerMethod],
  // Cosmos DB signs the resource that a path names, and the method in lower case.
  [
    /^azure-cosmos/,
    (one) => lowerMethod({ ...one, target: one.target.replace(/\/{2,}/g, '/').replace(/\/(?=\?|$)/, '') }),
  ],
  // AdCP, canonicalization of @target-uri, steps 2, 5 and 6: no dot of the root behind the host, no dot segments in the path,
  // and what needs no escape has none.
  [
    /adcp/i,
    (one) => {
      const { path, query } = splitTarget(one.target)
      return {
        ...one,
        authority: one.authority.replace(/\.(?=(?::\d*)?$)/, ''),
        target: plain(new URL(`https://${HOST}${path}`).pathname) + query,
      }
    },
  ],
  // Hawk: a bewit is for GET, and RFC 9110 9.3.2: HEAD asks for the same. Host and port are signed, and no scheme; a bewit may
  // be padded, as mohawk writes it.
  [
    /^a bewit/,
    (one) => ({
      ...one,
      method: one.method === 'HEAD' ? 'GET' : one.method,
      authority: /:\d+$/.test(one.authority) ? one.authority : `${one.authority}:${one.scheme === 'https' ? 443 : 80}`,
      target: one.target.replace(/([?&]bewit=[\w-]+)={1,2}(?=&|$)/, '$1'),
    }),
  ],
  // RFC 9110 11.1: the name of a scheme in Authorization has no case.
  [/^a static token/, (one) => ({ ...one, fields: one.fields.map((text) => text.replace(/^basic[ \t]+/i, 'Basic ')) })],
  // Canonical request of AWS and its descendants, see `canonical`.
  [/sigv4|upload|^goog4|^tc3|^acs3|^huawei|^oss4|^tos4|^volc/, (one) => canonical(one)],
  // Azure Tables take the date of either field.
  [
    /^azure-table/,
    (one) => ({ ...one, fields: one.fields.map((text) => (/^x-ms-date$/i.test(text) ? 'date' : text)) }),
  ],
  // What a SAS grants is named by its decoded path.
  [/^azure-sas/, (one) => ({ ...one, target: plain(splitTarget(one.target).path) + splitTarget(one.target).query })],
  // Shared Key of Azure Storage: names of parameters in lower case.
  [
    /^azure-shared-key/,
    (one) => withPairs(one, (all) => all.map((pair) => pair.replace(/^[^=]*/, (name) => name.toLowerCase()))),
  ],
  // Aster reads the digits of a signature, with or without "0x" before them.
  [
    /^aster/,
    (one) => {
      const bare = (text: string): string =>
        text.replace(/([?&]signature=)0x/, '$1').replace(/^signature=0x/, 'signature=')
      const body = Buffer.from((one.body as Uint8Array | null) ?? []).toString('latin1')
      return { ...one, target: bare(one.target), body: one.body === null ? null : Buffer.from(bare(body), 'latin1') }
    },
  ],
  // Hyperliquid reads the halves of a signature as numbers, and its official SDK writes no zeros before them. JSON has white space
  // on both sides of a colon (RFC 8259 2).
  [
    /^hyperliquid$/,
    (one) => {
      const text = Buffer.from((one.body as Uint8Array | null) ?? []).toString('latin1')
      return { ...one, body: Buffer.from(text.replace(/("[rs]"\s*:\s*"0x)0+(?=[0-9a-f])/g, '$1'), 'latin1') }
    },
  ],
]

const spellingOf = (name: string): Pick<Subject, 'spelling'> => {
  const found = SPELLINGS.find(([pattern]) => pattern.test(name))
  return found === undefined ? {} : { spelling: found[1] }
}

const SCHEMES: readonly Subject[] = ALL_SCHEMES.map((row) => ({
  group: GROUPS.find(([pattern]) => pattern.test(row.name))?.[1] ?? 'other schemes',
  name: row.name,
  algorithm: row.signer.key.algorithm,
  signed: signedBy({ signer: row.signer, messages: row.arbitraryMessage, nonces: row.arbitraryNonce }),
  accepts: acceptedBy(row.verifier, row.verifyingKey, row.passphrase ?? row.sessionToken, {}),
  ...spellingOf(row.name),
}))

const exchangeOf = (sample: ExchangeSample): Subject => ({
  group: 'exchanges',
  name: sample.name,
  algorithm: sample.signer.key.algorithm,
  signed: signedBy({ signer: sample.signer, messages: arbitraryRequest(sample), nonces: sample.arbitraryNonce }),
  accepts: acceptedBy(
    exchangeVerifier(sample.exchange),
    sample.verifyingKey,
    sample.passphrase ?? (sample.exchange.spec.passphrase === undefined ? undefined : 'phrase-1'),
    // A client that signs no body is refused by a verifier made as the page says: here it is changed all the same.
    ...(sample.refused === undefined ? [] : [{}]),
  ),
  ...spellingOf(sample.name),
})

const WHOLE: readonly Subject[] = [...ALGORITHMS, ...SCHEMES, ...allSamples.map(exchangeOf)]

/** Everything that can be signed and verified, each with a separate key. */
export const SUBJECTS: readonly Subject[] = [...WHOLE, ...doorsOf(WHOLE, NOW)]
