import { existsSync } from 'node:fs'
import type { KeyAlgorithm } from '../../src/crypto/index.js'
import type { Rfc9421SignerOptions } from '../../src/schemes/rfc9421/index.js'

export const ROOT = `${process.cwd()}/`
const HERE = `${ROOT}test/languages/`
/** Where the programs are built, and where their keys are. */
export const BUILT: string = `${HERE}.built/`

/** The names of RFC 9421 3.3 that are common to the libraries. A key has the name of its algorithm as its id. */
export const ALGORITHMS = [
  'hmac-sha256',
  'ed25519',
  'ecdsa-p256-sha256',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
] as const satisfies readonly KeyAlgorithm[]
export type Algorithm = (typeof ALGORITHMS)[number]

export interface Sample {
  readonly name: string
  readonly method: string
  readonly target: string
  /** `''` is a body without content. */
  readonly body?: string
}

export const SAMPLES = [
  { name: 'GET', method: 'GET', target: '/orders/7?limit=10' },
  { name: 'GET without a query', method: 'GET', target: '/orders' },
  { name: 'GET with escapes', method: 'GET', target: '/st%C3%A4dte/a%20b?symbol=BTC%2FUSD&s=a+b&empty=&x=1&x=2' },
  { name: 'POST', method: 'POST', target: '/orders?dry=1', body: '{"qty":1,"note":"größer als 東京"}' },
  { name: 'POST of an empty body', method: 'POST', target: '/orders', body: '' },
] as const satisfies readonly Sample[]
export type SampleName = (typeof SAMPLES)[number]['name']

/** `signs`: theirs before our verifier. The others: ours before theirs. */
export type Direction = 'signs' | 'preset' | 'compatible' | 'clients'

/** What a library does wrong. It is a failure of the suite when that no longer happens. */
export interface Fault {
  readonly directions: readonly Direction[]
  readonly algorithms?: readonly Algorithm[]
  readonly samples?: readonly SampleName[]
  /** The verdict of the verifying side: the code of ours, the text of theirs. */
  readonly verdict: RegExp
  /** For the page. */
  readonly cause: string
  /** What the doctor finds in the request that they signed. */
  readonly finding?: string
}

/** One library. */
export interface Peer {
  /** As its users write it. */
  readonly name: string
  readonly language: 'Python' | 'Go' | 'Rust' | 'JavaScript'
  /** The file that pins it, in the folder of its language, and where its version is in there. */
  readonly pinned: readonly [file: string, pattern: RegExp]
  /** What is there once it is built or installed; where it is missing the peer is skipped, and is no pass. */
  readonly needs: string
  readonly command: readonly string[]
  readonly algorithms: readonly Algorithm[]
  readonly directions: readonly Direction[]
  /** What verifies it on our side. Default `compatible`; `rfc9421` where it covers other parts. */
  readonly scheme?: 'compatible' | 'rfc9421'
  /** For a library that needs others than the preset has: what is signed for it. */
  readonly preset?: Pick<Rfc9421SignerOptions, 'tag' | 'components' | 'whenPresent'>
  readonly faults: readonly Fault[]
}

const EVERY = ['signs', 'preset', 'compatible', 'clients'] as const

/** What the rows of one language have in common. */
type Made = Omit<Peer, 'faults'>

const go = (name: string, program: string): Made => ({
  name,
  language: 'Go',
  pinned: ['go.mod', new RegExp(`^\\s+github\\.com/${name} v(.*)$`, 'm')],
  needs: `${BUILT}go/${program}`,
  command: [`${BUILT}go/${program}`],
  algorithms: ALGORITHMS,
  directions: EVERY,
})

const python = (name: string, program: string): Made => ({
  name,
  language: 'Python',
  pinned: ['requirements.txt', new RegExp(`^${name}==(.*)$`, 'm')],
  // Written when everything is installed.
  needs: `${BUILT}python/requirements.txt`,
  command: [`${BUILT}python/bin/python`, `${HERE}python/${program}.py`],
  algorithms: ALGORITHMS,
  directions: EVERY,
})

const javascript = (name: string, program: string): Made => ({
  name,
  language: 'JavaScript',
  pinned: ['package.json', new RegExp(`"${name}": "(.*)"`)],
  needs: `${HERE}javascript/node_modules/${name}/package.json`,
  command: ['node', `${HERE}javascript/${program}.mjs`],
  algorithms: ALGORITHMS,
  directions: EVERY,
})

const rust = {
  language: 'Rust',
  pinned: ['Cargo.toml', /^httpsig-hyper = \{ version = "=([^"]*)"/m],
  needs: `${BUILT}cargo/debug/httpsig-hyper`,
  command: [`${BUILT}cargo/debug/httpsig-hyper`],
  algorithms: ALGORITHMS,
  directions: EVERY,
} as const

const OURS = ['preset', 'compatible', 'clients'] as const
const TWICE = 'writes the port twice in `@authority`'
const DECODED = 'decodes `@path`'

export const PEERS: readonly Peer[] = [
  { ...python('http-message-signatures', 'http_message_signatures_peer'), faults: [] },
  { ...python('requests-http-signature', 'requests_http_signature_peer'), faults: [] },
  { ...go('dadrus/httpsig', 'dadrus'), faults: [] },
  {
    ...go('remitly-oss/httpsig-go', 'remitly'),
    faults: [
      {
        directions: ['signs'],
        samples: ['GET with escapes'],
        verdict: /^SIGNATURE_INVALID/,
        cause: DECODED,
        finding: '@path-decoded',
      },
      { directions: OURS, samples: ['GET with escapes'], verdict: /^Signature did not verify/, cause: DECODED },
    ],
  },
  {
    ...go('common-fate/httpsig', 'common-fate'),
    scheme: 'rfc9421',
    // It has no "@path" and no "@query", and finds signatures by their tag.
    preset: { tag: 'orders', components: ['@method', '@authority', '@target-uri'] },
    faults: [
      {
        directions: ['signs'],
        samples: ['POST', 'POST of an empty body'],
        verdict: /^COMPONENT_MISSING: covered field "content-digest" is absent/,
        cause: 'covers `content-digest` and does not send it',
        finding: 'component-missing',
      },
      {
        directions: ['signs'],
        algorithms: ['hmac-sha256'],
        verdict: /^SIGNATURE_MALFORMED: the signature must have 32 bytes, got \d{3}/,
        cause: 'sends the signed text with a MAC of nothing behind it in place of its MAC',
        finding: 'signature-is-text',
      },
      {
        directions: ['compatible', 'clients'],
        verdict: /could not find a signature matching the tag/,
        cause: 'verifies only signatures with a tag, and the profile has none',
      },
      {
        directions: ['preset'],
        verdict: /^verifying signature: /,
        cause: 'writes the signature parameters in an order of its own before it verifies',
      },
    ],
  },
  { ...rust, name: 'httpsig-hyper', faults: [] },
  {
    ...rust,
    name: 'httpsig-hyper, the URI in origin form',
    command: [...rust.command, 'origin-form'],
    directions: OURS,
    faults: [
      {
        directions: OURS,
        verdict: /^Invalid signature/,
        cause: 'an empty `@authority`, as the URI has none: make it absolute first',
      },
    ],
  },
  {
    ...javascript('http-message-signatures', 'http-message-signatures'),
    faults: [
      {
        directions: ['signs'],
        algorithms: ['rsa-pss-sha512'],
        verdict: /^SIGNATURE_INVALID/,
        cause: 'RSA-PSS with the largest salt; RFC 9421 3.3.1 has 64 bytes',
        finding: 'rsa-salt-length',
      },
    ],
  },
  { ...javascript('http-message-sig', 'http-message-sig'), faults: [] },
  {
    ...javascript('@ltonetwork/http-message-signatures', 'ltonetwork'),
    faults: [
      { directions: ['signs'], verdict: /^SIGNATURE_INVALID/, cause: TWICE, finding: '@authority-port' },
      { directions: ['preset', 'compatible'], verdict: /^the signature does not fit$/, cause: TWICE },
      {
        directions: ['clients'],
        // Some nonces are base64 with its padding.
        verdict: /^the signature does not fit$|^Invalid Signature-Input header\. Invalid value nonce=/,
        cause: `${TWICE}, and cuts a parameter at "=" within its text`,
      },
    ],
  },
]

/** Whether a peer was built. */
export const isThere = ({ needs }: Peer): boolean => existsSync(needs)
