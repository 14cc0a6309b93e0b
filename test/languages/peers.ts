import { existsSync } from 'node:fs'
import type { KeyAlgorithm } from '../../src/crypto/index.js'

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
  /** Folders of clients/ in the same language. */
  readonly clients: readonly string[]
  /** What is there once it is built or installed; where it is missing the peer is skipped, and is no pass. */
  readonly needs: string
  readonly command: readonly string[]
  readonly algorithms: readonly Algorithm[]
  readonly directions: readonly Direction[]
  readonly faults: readonly Fault[]
}

const EVERY = ['signs', 'preset', 'compatible', 'clients'] as const

const go = (
  program: string,
): Pick<Peer, 'language' | 'clients' | 'needs' | 'command' | 'algorithms' | 'directions'> => ({
  language: 'Go',
  clients: ['go'],
  needs: `${BUILT}go/${program}`,
  command: [`${BUILT}go/${program}`],
  algorithms: ALGORITHMS,
  directions: EVERY,
})

export const PEERS: readonly Peer[] = [{ ...go('dadrus'), name: 'dadrus/httpsig', faults: [] }]

/** Whether a peer was built. */
export const isThere = ({ needs }: Peer): boolean => existsSync(needs)
