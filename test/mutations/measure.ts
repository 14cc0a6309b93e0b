import { hex } from '../../src/crypto/encoding.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { UntrustedSignature } from '../../src/schemes/scheme.js'
import { type Mutation, mutation } from './edits.js'
import { differences, reading } from './meaning.js'
import { drawFrom } from './random.js'
import { SPARED, type Subject } from './subject.js'

/** What came of the changes of one subject. */
export interface Measured {
  readonly group: string
  readonly name: string
  readonly algorithm: string
  /** Changes that were judged: every one gives other bytes than those that were signed. */
  readonly changes: number
  readonly refused: number
  /** Accepted, and the request means the same: the case of a field's name, white space around a value, the order of fields. */
  readonly same: number
  /** Accepted, and what is changed is not covered, by what the verifier states of the signature. */
  readonly uncovered: number
  /** Accepted although something covered, or something that the verifier goes by, is another. */
  readonly accepted: number
  /** Of how many texts that its key has not signed one is put to the curve itself, see `spared`. */
  readonly oneIn: number
  /** The first of them. */
  readonly examples: readonly string[]
}

const EXAMPLES = 8

/** What the verifier read of a request as it was signed. */
interface Original {
  readonly found: UntrustedSignature
  readonly read: string
}

/** How many changes are made of one signed request. */
const EACH = 500

const shown = ({ part, request }: Mutation): string =>
  JSON.stringify({ part, ...request, body: request.body && Buffer.from(request.body as Uint8Array).toString('latin1') })

/** Changes signed requests of a subject, one thing at a time, until `count` were judged or the time is up. */
export async function measure(subject: Subject, count: number, seed: number, milliseconds: number): Promise<Measured> {
  const { group, name, algorithm, spelling = (one: HttpRequest) => one } = subject
  const draw = drawFrom(seed, name)
  const requests = await subject.signed(Math.max(8, Math.min(400, Math.ceil(count / EACH))), seed)
  const originals: Original[] = []
  for (const { request } of requests) {
    const found = await subject.accepts(request)
    if (found === undefined)
      throw new Error(`${name}: a request as it was signed was refused: ${JSON.stringify(request)}`)
    originals.push({ found, read: reading(found) })
  }
  // ECDSA and RSA-PSS give another signature each time: any that the key made over the same text is as good.
  const signatures = new Set(originals.map(({ found }) => hex(found.signature).toLowerCase()))
  const changed = (was: HttpRequest, { found, read }: Original, is: HttpRequest, now: UntrustedSignature) => {
    const parts = differences(spelling(was), spelling(is))
    return {
      parts,
      wrong: [
        ...parts.filter((part) => {
          const [before, after] = [found.covers.has(part), now.covers.has(part)]
          // A request that lost its unsigned body covers the parameters that are left.
          return part.endsWith('parameters') ? before && after : before || after
        }),
        ...(reading(now) === read ? [] : ['what the signature states']),
        ...(signatures.has(hex(now.signature).toLowerCase()) ? [] : ['the signature']),
      ],
    }
  }
  const counts = { changes: 0, refused: 0, same: 0, uncovered: 0, accepted: 0 }
  const examples: string[] = []
  const until = performance.now() + milliseconds
  while (counts.changes < count) {
    if (counts.changes % 64 === 0 && performance.now() > until) break
    const at = draw.below(requests.length)
    const { request, own } = requests[at] as (typeof requests)[number]
    const other = requests[(at + 1) % requests.length]?.request ?? request
    const made = mutation(draw, request, other, own)
    if (isSame(made.request, request)) continue
    counts.changes++
    const found = await subject.accepts(made.request)
    if (found === undefined) {
      counts.refused++
      continue
    }
    // A signature that stands in the body brings its whole request along: it is held to the request that it was made for, too.
    const { parts, wrong } = [at, (at + 1) % requests.length]
      .map((index) =>
        changed(requests[index]?.request as HttpRequest, originals[index] as Original, made.request, found),
      )
      .reduce((one, two) => (two.wrong.length < one.wrong.length ? two : one))
    if (wrong.length === 0) counts[parts.some((part) => !part.endsWith('parameters')) ? 'uncovered' : 'same']++
    else {
      counts.accepted++
      if (examples.length < EXAMPLES)
        examples.push(`${wrong.join(', ')}: ${shown(made)}\n    of ${shown({ part: '', request })}`)
    }
  }
  return { group, name, algorithm, ...counts, oneIn: SPARED[algorithm] ?? 1, examples }
}

type Bytes = Uint8Array | null

const isSame = (a: Mutation['request'], b: Mutation['request']): boolean =>
  a.method === b.method &&
  a.target === b.target &&
  a.authority === b.authority &&
  a.scheme === b.scheme &&
  a.fields.length === b.fields.length &&
  a.fields.every((one, at) => one === b.fields[at]) &&
  Buffer.compare((a.body as Bytes) ?? new Uint8Array(0), (b.body as Bytes) ?? new Uint8Array(0)) === 0 &&
  (a.body === null) === (b.body === null)
