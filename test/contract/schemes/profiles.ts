import fc from 'fast-check'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { type HttpMessage, type HttpRequest, httpRequest, isRequest, withFields } from '../../../src/message/message.js'
import {
  activityPub,
  activityPubVerifier,
  adcp,
  adcpVerifier,
  compatible,
  compatibleVerifier,
  fapi2,
  fapi2Response,
  fapi2ResponseVerifier,
  fapi2Verifier,
  gnap,
  gnapRotation,
  gnapRotationVerifier,
  gnapVerifier,
  ucp,
  ucpVerifier,
  visaTap,
  visaTapVerifier,
} from '../../../src/schemes/rfc9421/profiles/index.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import { arbitraryMessage, arbitraryRequest } from '../../property/rfc9421-messages.js'
import type { SchemeUnderTest } from '../../property/scheme-laws.js'
import { HOST, type SchemeRow } from './row.js'

const key = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(5) })
const old = ed25519PrivateKey({ keyId: 'agent-0', seed: new Uint8Array(32).fill(6) })

const ed25519 = { verifyingKey: key.verifyingKey, arbitraryMessage: arbitraryRequest, runs: 20 } as const

/** The message with a field that the profile demands. */
const having =
  (name: string, value: string) =>
  <M extends HttpMessage>(message: M): M =>
    withFields(message, [...message.fields, name, value])
/** AdCP reads one type without a comma, and signs one text for several spellings of a target. */
const typed = (message: HttpRequest): HttpRequest => ({
  ...message,
  target: '/a/b?x=1&y=2',
  fields: ['content-type', 'application/json'],
})
const keyed = having('Idempotency-Key', '0d6c1a1e-6f0f-4d6c-9a3f-0a7c7b1a0f01')
const authorized = having('Authorization', 'Bearer 8N7S2MFd')

/** What tests judge, with a separate field. */
const order = (change: (request: HttpRequest) => HttpRequest): HttpRequest =>
  change(
    httpRequest({
      method: 'POST',
      url: `http://${HOST}/v1/orders?b=2&a=1`,
      headers: { 'content-type': 'application/json' },
      body: '{"qty":1}',
    }),
  )

/** What the old key has signed, for the new one to sign over. */
const rotated = (message: ReturnType<typeof httpRequest>) =>
  signPreparedSync(
    gnap({ key: old }).scheme.prepare(message, {
      keyId: old.keyId,
      algorithm: old.algorithm,
      nowMs: 1_790_000_000_000,
      nonce: 'nonce-0123456789abcdef',
    }),
    old,
  )

/** The profiles of RFC 9421. */
export const PROFILE_SCHEMES: readonly SchemeRow[] = [
  { name: 'gnap', of: ['gnap', 'gnapVerifier'], signer: gnap({ key }), verifier: gnapVerifier(), ...ed25519 },
  {
    name: 'gnap, the new key over the old one',
    of: ['gnapRotation', 'gnapRotationVerifier'],
    signer: gnapRotation({ key }),
    verifier: gnapRotationVerifier(),
    ...ed25519,
    arbitraryMessage: arbitraryRequest.map(rotated),
    request: rotated(httpRequest({ url: `http://${HOST}/token/1` })),
  },
  {
    name: 'compatible',
    of: ['compatible', 'compatibleVerifier'],
    signer: compatible({ key }),
    verifier: compatibleVerifier(),
    ...ed25519,
  },
  {
    name: 'ucp',
    of: ['ucp', 'ucpVerifier'],
    signer: ucp({ key, profile: 'https://agent.example/.well-known/ucp' }),
    verifier: ucpVerifier(),
    ...ed25519,
    arbitraryMessage: arbitraryRequest.map(keyed),
    request: order(keyed),
  },
  {
    name: 'ucp and Web Bot Auth in one signature',
    of: ['ucp', 'ucpVerifier'],
    signer: ucp({ key, profile: 'https://agent.example/.well-known/ucp', webBotAuth: true }),
    verifier: ucpVerifier(),
    ...ed25519,
    arbitraryMessage: arbitraryRequest.map(keyed),
    request: order(keyed),
  },
  {
    name: 'fapi2',
    of: ['fapi2', 'fapi2Verifier', 'fapi2Response', 'fapi2ResponseVerifier'],
    signer: fapi2({ key }),
    verifier: fapi2Verifier(),
    ...ed25519,
    arbitraryMessage: arbitraryRequest.map(authorized),
    request: order(authorized),
  },
  {
    name: 'activityPub',
    of: ['activityPub', 'activityPubVerifier'],
    signer: activityPub({ key }),
    verifier: activityPubVerifier(),
    ...ed25519,
  },
  ...(['request', 'webhook'] as const).map(
    (use): SchemeRow => ({
      name: `adcp, ${use}`,
      of: ['adcp', 'adcpVerifier'],
      signer: adcp({ key, use }),
      verifier: adcpVerifier({ use }),
      ...ed25519,
      arbitraryMessage: arbitraryRequest.map(typed),
      arbitraryNonce: () => fc.stringMatching(/^[A-Za-z0-9_-]{22,32}$/),
    }),
  ),
  {
    name: 'visaTap',
    of: ['visaTap', 'visaTapVerifier'],
    signer: visaTap({ key, purpose: 'pay' }),
    verifier: visaTapVerifier(),
    ...ed25519,
  },
]

const arbitraryResponse = arbitraryMessage.filter((message) => !isRequest(message))

/** The responses of profiles, for the laws: no server judges them. */
export const PROFILE_RESPONSES: ReadonlyArray<SchemeUnderTest & { readonly name: string }> = [
  {
    name: 'ucp, responses',
    signer: ucp({ key }),
    verifier: ucpVerifier(),
    ...ed25519,
    arbitraryMessage: arbitraryResponse,
  },
  {
    name: 'fapi2, responses',
    signer: fapi2Response({ key }),
    verifier: fapi2ResponseVerifier(),
    ...ed25519,
    arbitraryMessage: arbitraryResponse.filter((message) => !isRequest(message) && message.request !== undefined),
  },
]
