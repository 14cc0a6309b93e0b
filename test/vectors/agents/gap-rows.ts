import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { base64, base64urlDecode } from '../../../src/crypto/encoding.js'
import { ed25519PrivateKey, exportPublicKey, jwkThumbprint } from '../../../src/crypto/index.js'
import { CREATED, ED25519_KEYID } from './draft.js'
import { AGENT, GOOD_DIRECTORY, KEYS_URL, type NegativeVector, paramsOf, signBase } from './negative.js'

/** A vector in the published form, with what the gaps need beyond it: several directories, and requests before this one. */
export interface GapVector extends NegativeVector {
  readonly group: string
  readonly class: 'request' | 'directory' | 'sequence'
  readonly provenance: 'constructed'
  readonly enforcement: 'mechanical' | 'verifier-must' | 'discretionary'
  readonly basis: { readonly document: string; readonly section: string; readonly requirement: string }
  readonly note: string
  readonly signature: Readonly<Record<string, unknown>> & { readonly signedBase: string; readonly label: string }
  readonly key: object
  /** Answers of further addresses. */
  readonly directories?: ReadonlyArray<NonNullable<NegativeVector['directory']>>
  /** Requests that the same verifier has judged before, with what it concluded. */
  readonly before?: ReadonlyArray<Pick<NegativeVector, 'request'> & { readonly expected: { readonly outcome: string } }>
  readonly directoryNote?: string
}

/** What differs from a good request of an agent. */
export interface GapRow {
  readonly id: string
  readonly title: string
  readonly outcome: 'invalid' | 'unverified'
  readonly reason: string
  readonly note: string
  readonly enforcement?: GapVector['enforcement']
  readonly basis: readonly [document: string, section: string, requirement: string]
  readonly class?: GapVector['class']
  readonly url?: string
  readonly agent?: string
  /** Values that are signed; those of the message where nothing else is given. */
  readonly signed?: Readonly<Record<string, string>>
  readonly expected?: Readonly<Record<string, string>>
  readonly params?: string
  /** As sent, where the parameters that are signed are another text. */
  readonly sent?: string
  readonly label?: string
  readonly signature?: string
  /** A member of Signature and Signature-Input before that of the agent. */
  readonly inner?: readonly [input: string, signature: string]
  readonly directory?: Partial<NonNullable<NegativeVector['directory']>>
  readonly directories?: GapVector['directories']
  readonly before?: GapVector['before']
  readonly now?: number
}

export const DRAFT = 'draft-ietf-webbotauth-httpsig-protocol-00'
const AUTHORITY = '"@authority"'
const MEMBER = '"signature-agent";key="sig1"'
const MEMBER_2 = '"signature-agent";key="sig2"'
export const good = { [AUTHORITY]: 'example.com', [MEMBER]: `"${AGENT}"` }
/** The public half of the key. */
export const X = 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs'

const other = ed25519PrivateKey({ keyId: 'other', seed: new Uint8Array(32).fill(7) })
const otherJwk = { ...exportPublicKey(other, 'jwk'), kid: jwkThumbprint(other), use: 'sig' }
const jwk = { kty: 'OKP', crv: 'Ed25519', kid: ED25519_KEYID, x: X, use: 'sig' }
const setOf = (...keys: readonly object[]): string => JSON.stringify({ keys })

const OTHER_AGENT = 'https://other-agent.test'
const OTHER_URL = KEYS_URL.replace(AGENT, OTHER_AGENT)
const ofOther = { [AUTHORITY]: 'example.com', [MEMBER]: `"${OTHER_AGENT}"` }

// What a proxy on the way has signed: no signature of an agent, so it has no tag.
const innerParams = paramsOf([AUTHORITY, '"@method"'], { tag: undefined })
const innerValue = signBase({ [AUTHORITY]: 'example.com', '"@method"': 'GET' }, innerParams)
const INNER = [`sig1=${innerParams}`, `sig1=:${innerValue}:`] as const
const innerSignature = { '"signature";key="sig1"': `:${innerValue}:` }
const innerInput = { '"signature-input";key="sig1"': innerParams }
const outer = { [AUTHORITY]: 'example.com', [MEMBER_2]: `"${AGENT}"` }

const chained = (id: string, title: string, signed: Readonly<Record<string, string>>, note: string): GapRow => ({
  id,
  title,
  outcome: 'invalid',
  reason: 'chain-not-covered',
  note,
  basis: [DRAFT, '5.2.2', 'A signature over another one covers its value, its input, and all that it covers'],
  agent: `sig2="${AGENT}"`,
  signed,
  label: 'sig2',
  inner: INNER,
})

const faulty = (
  id: string,
  title: string,
  reason: string,
  directory: GapRow['directory'],
  note: string,
  outcome: GapRow['outcome'] = 'unverified',
): GapRow => ({
  id,
  title,
  outcome,
  reason,
  note,
  enforcement: outcome === 'invalid' ? 'discretionary' : 'verifier-must',
  basis: [DRAFT, '5.4', 'Keys are taken from a directory that answers with 200, its media type and a key set'],
  class: 'directory',
  ...(directory && { directory }),
})

const hmacParams = paramsOf(Object.keys(good), { alg: 'hmac-sha256' })
const hmacBase = `${AUTHORITY}: example.com\n${MEMBER}: "${AGENT}"\n"@signature-params": ${hmacParams}`
const SAME_ALGORITHM = ['RFC 9421', '3.2', 'Where the algorithm is stated in several places, all must agree'] as const

/** The rows of Web Bot Auth, by group. */
export const GROUPS: Readonly<Record<string, readonly GapRow[]>> = {
  chaining: [
    chained(
      'GV-01',
      'another signature is covered without its input',
      { ...outer, ...innerSignature, '"@method"': 'GET' },
      'The parameters of the inner signature can be replaced without the outer one changing.',
    ),
    chained(
      'GV-02',
      'another signature is covered without a component of it',
      { ...outer, ...innerSignature, ...innerInput },
      'The inner signature covers the method, and the outer one does not.',
    ),
  ],
  algorithm: [
    {
      id: 'GV-10',
      title: 'the stated algorithm is not that of the key',
      outcome: 'invalid',
      reason: 'algorithm-mismatch',
      note: 'The signature is right for the key. A verifier that ignores alg accepts it.',
      basis: SAME_ALGORITHM,
      signed: good,
      params: paramsOf(Object.keys(good), { alg: 'rsa-pss-sha512' }),
    },
    {
      id: 'GV-11',
      title: 'the public key is used as a shared secret',
      outcome: 'invalid',
      reason: 'algorithm-mismatch',
      note: 'HMAC-SHA256 with the 32 bytes of the public key. A verifier that lets alg choose accepts what anyone can make.',
      basis: SAME_ALGORITHM,
      signed: good,
      params: hmacParams,
      signature: base64(hmac(sha256, base64urlDecode(X) as Uint8Array, new TextEncoder().encode(hmacBase))),
    },
    {
      id: 'GV-12',
      title: 'the key set lists the key for another algorithm',
      outcome: 'unverified',
      reason: 'key-not-in-directory',
      note: 'A key that contradicts itself is none, so there is nothing to check with.',
      basis: SAME_ALGORITHM,
      class: 'directory',
      directory: { body: setOf({ ...jwk, alg: 'ES256' }) },
    },
  ],
  directory: [
    faulty('GV-20', 'there is no directory', 'directory-not-published', { status: 404, body: 'no' }, 'Status 404.'),
    faulty('GV-21', 'the directory fails', 'directory-bad-status', { status: 500, body: 'no' }, 'Status 500.'),
    faulty(
      'GV-22',
      'the directory redirects',
      'directory-bad-status',
      { status: 302, headers: { ...GOOD_DIRECTORY.headers, Location: OTHER_URL } },
      'The body is right, and the status is none to take keys from.',
    ),
    faulty(
      'GV-23',
      'the media type is another',
      'directory-wrong-media-type',
      { headers: { 'Content-Type': 'text/html' } },
      'A page of a site that lets people upload text is no directory.',
    ),
    faulty('GV-24', 'the body is no JSON', 'directory-unreadable', { body: '{"keys":[' }, 'It ends early.'),
    faulty(
      'GV-25',
      'there is no list of keys',
      'directory-unreadable',
      { body: '{"key":{}}' },
      'JSON of another form.',
    ),
    faulty('GV-30', 'the list of keys is empty', 'directory-no-keys', { body: setOf() }, 'It is one, of no keys.'),
    faulty(
      'GV-26',
      'the key is not listed',
      'key-not-in-directory',
      { body: setOf(otherJwk) },
      'The directory is right and lists another key. This differs from a signature that is wrong.',
    ),
    faulty(
      'GV-27',
      'the kid is not the thumbprint of the key',
      'key-not-in-directory',
      { body: setOf({ ...otherJwk, kid: ED25519_KEYID }) },
      'Another key under the name of the one that signed.',
    ),
    faulty(
      'GV-28',
      'the key is not valid yet',
      'key-before-activation',
      { body: setOf({ ...jwk, nbf: CREATED + 3_600 }) },
      'nbf of the listed key lies an hour after the signature.',
      'invalid',
    ),
    faulty(
      'GV-29',
      'the key is not valid any more',
      'key-past-expiry',
      { body: setOf({ ...jwk, exp: CREATED - 3_600 }) },
      'exp of the listed key lies an hour before the signature.',
      'invalid',
    ),
  ],
  misbinding: [
    {
      id: 'GV-40',
      title: 'a key learned from one URL, in a request that names another',
      outcome: 'unverified',
      reason: 'key-not-in-directory',
      note: 'The request before it is verified as that of its own agent. A verifier that keeps keys by key id alone takes the second for one of the other agent.',
      enforcement: 'verifier-must',
      basis: [DRAFT, '5.4', 'A key is found by the pair of the URL and the key id'],
      class: 'sequence',
      agent: `sig1="${OTHER_AGENT}"`,
      signed: ofOther,
      directory: { url: OTHER_URL, body: setOf(otherJwk) },
      directories: [GOOD_DIRECTORY],
      before: [
        {
          request: {
            method: 'GET',
            url: 'https://example.com/',
            headers: {
              'Signature-Agent': `sig1="${AGENT}"`,
              'Signature-Input': `sig1=${paramsOf(Object.keys(good))}`,
              Signature: `sig1=:${signBase(good, paramsOf(Object.keys(good)))}:`,
            },
          },
          expected: { outcome: 'verified' },
        },
      ],
    },
    {
      id: 'GV-41',
      title: 'the URL was exchanged after signing',
      outcome: 'invalid',
      reason: 'bad-signature',
      note: 'Both directories list the key, and the URL that was signed is the one of the first.',
      enforcement: 'mechanical',
      basis: ['RFC 9421', '3.2', 'The base is made of the message as it arrived'],
      class: 'directory',
      agent: `sig1="${OTHER_AGENT}"`,
      signed: good,
      expected: ofOther,
      directory: { url: OTHER_URL },
      directories: [GOOD_DIRECTORY],
    },
  ],
}
