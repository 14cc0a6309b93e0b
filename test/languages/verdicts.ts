import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { folderHash } from './folder-hash.mjs'
import { type Algorithm, type Direction, type Fault, type Peer, ROOT, type Sample } from './peers.js'

/** What was seen of one library in one direction, for the table of docs/interop.md. */
export interface Seen {
  readonly peer: string
  readonly language: string
  readonly version: string
  readonly direction: Direction
  readonly algorithm: Algorithm
  /** {@link folderHash} of the programs that were run. */
  readonly files: string
  /** Why some were refused. */
  causes: string
  accepted: number
  of: number
}

const RESULTS = 'test/languages/results.json'
const seen = new Map<string, Seen>()

/** The fault of a library that this request runs into. */
export const faultOf = (peer: Peer, direction: Direction, algorithm: Algorithm, { name }: Sample): Fault | undefined =>
  peer.faults.find(
    ({ directions, algorithms, samples }) =>
      directions.includes(direction) &&
      (algorithms?.includes(algorithm) ?? true) &&
      (samples?.some((one) => one === name) ?? true),
  )

/** Accepted, or refused for the fault that is known: one that was mended is noticed. */
export function hold(peer: Peer, direction: Direction, algorithm: Algorithm, sample: Sample, verdict: string): void {
  const fault = faultOf(peer, direction, algorithm, sample)
  const one = seenOf(peer, direction, algorithm)
  one.of++
  if (verdict === 'ok') one.accepted++
  else if (fault !== undefined && !one.causes.includes(fault.cause))
    one.causes += `${one.causes === '' ? '' : '; '}${fault.cause}`
  if (fault === undefined) expect.soft(verdict, `${peer.language} ${peer.name}`).toBe('ok')
  else expect.soft(verdict, `${peer.language} ${peer.name}, no longer so: ${fault.cause}`).toMatch(fault.verdict)
}

function seenOf(peer: Peer, direction: Direction, algorithm: Algorithm): Seen {
  const {
    name,
    language,
    pinned: [file, pattern],
  } = peer
  const key = `${language} ${name} ${direction} ${algorithm}`
  const known = seen.get(key)
  if (known !== undefined) return known
  const folder = `${ROOT}test/languages/${language.toLowerCase()}/`
  const version = pattern.exec(readFileSync(folder + file, 'utf8'))?.[1] ?? ''
  const files = folderHash(folder)
  const one = { peer: name, language, version, direction, algorithm, files, accepted: 0, of: 0, causes: '' }
  seen.set(key, one)
  return one
}

/** Writes down what was seen, where that was asked for: `npm run test:languages -- --write`. */
export function writeSeen(): void {
  if (process.env['LANGUAGES_RESULTS'] === undefined || seen.size === 0) return
  const known: readonly Seen[] = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : []
  const key = (one: Seen): string => `${one.language} ${one.peer} ${one.direction} ${one.algorithm}`
  const all = new Map([...known, ...seen.values()].map((one) => [key(one), one]))
  const sorted = [...all.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  writeFileSync(RESULTS, `${JSON.stringify(sorted, undefined, 2)}\n`)
}
