import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import {
  type PublishedVectors,
  type RefuseVector,
  readRequest,
  type VerifyVector,
  type WrittenRequest,
} from '../../vectors/published/build/format.js'
import { NOW, RECORDS } from '../../vectors/published/build/keys.js'
import { POLICY } from '../../vectors/published/build/vectors.js'

// What a parser of structured fields can be led astray by.
const PIECES = [
  ...[
    '"',
    '\\',
    ';',
    '=',
    ',',
    '(',
    ')',
    ' ',
    '\t',
    ':',
    '?1',
    '@1',
    '%"a"',
    '-',
    '0',
    '9',
    '.',
    'a',
    'A',
    '*',
    '::',
    '/',
    '+',
  ],
  ...[
    '=:',
    ';a',
    ';created=1',
    ';alg="ed25519"',
    ';nonce="',
    '"@method"',
    ', ',
    'sig1=',
    '1.5',
    '\x7f',
    '\xe9',
    ';tag="x"',
  ],
]
const EDITED = /^(?:signature|content-digest|content-type|x-)/i

/** The same numbers at every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

/** Requests of the vectors with a few characters changed, each with the verdict of this package. */
export async function editedVectors(
  published: PublishedVectors,
  count: number,
  seed: number,
): Promise<PublishedVectors> {
  const next = numbers(seed)
  const edit = (text: string): string => {
    const piece = PIECES[next(PIECES.length)] as string
    const at = next(text.length + 1)
    return text.slice(0, at) + (next(3) === 0 ? '' : piece) + text.slice(at + next(3))
  }
  const edited = ({ fields, ...request }: WrittenRequest): WrittenRequest => {
    const lines = fields.map(([name, value]): readonly [string, string] => [name, value])
    const marked = lines.flatMap(([name], at) => (EDITED.test(name) ? [at] : []))
    const at = marked[next(marked.length)] as number
    const [name, value] = lines[at] as readonly [string, string]
    const kind = next(12)
    if (kind === 0) return { ...request, fields: lines, target: edit(request.target) }
    if (kind === 1) return { ...request, fields: [...lines, [name, value]] }
    return { ...request, fields: lines.with(at, [name, kind < 6 ? edit(edit(value)) : edit(value)]) }
  }
  const honest = [
    ...published.sign.map(({ request, added }) => ({ ...request, fields: [...request.fields, ...added] })),
    ...published.verify.map(({ request }) => request),
  ]
  const verify: VerifyVector[] = []
  const refuse: RefuseVector[] = []
  const parser = rfc9421Verifier()
  for (let i = 0; i < count; i++) {
    const request = edited(honest[next(honest.length)] as WrittenRequest)
    const read = readRequest(request)
    const verdict = await createVerifier({
      schemes: [parser],
      keys: staticKeys(RECORDS),
      policy: POLICY,
      replay: memoryReplayStore({ restartBarrier: false, maxEntries: 10 }),
      clock: { now: () => NOW },
    }).verify(read)
    const one = { name: `edit ${i}`, nowMs: NOW, request }
    if (verdict.ok) verify.push({ ...one, keyId: verdict.keyId, base: parser.parse(read)[0]?.base as string })
    else refuse.push({ ...one, code: verdict.code })
  }
  return { ...published, sign: [], verify, refuse }
}
