import { diagnose } from '../../../src/doctor/index.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { CAPTURES } from './captures.js'
import { KEY_MISTAKES } from './key-mistakes.js'
import { isReadable } from './readable.js'
import type { Source } from './source.js'
import { FIELD_MISTAKES, SIGNED_TEXT_MISTAKES, STATED_MISTAKES } from './text-mistakes.js'
import { WIRE_MISTAKES } from './wire-mistakes.js'

/** One cell: a mistake of a source in a form, and what the doctor named first. */
export interface Cell {
  readonly source: string
  readonly family: string
  readonly mistake: string
  readonly outcome: 'named' | 'missed' | 'no mistake'
  readonly first: string
  readonly signature: string
}

const FORMS = Object.keys(CAPTURES)

interface Case {
  readonly mistake: string
  readonly message: HttpRequest
  readonly part?: string
  readonly causes: RegExp
  /** Signs it; `undefined` where the mistake is none of this source or message. */
  readonly make: () => HttpRequest | undefined
}

/** Every mistake with every message of a source. Nothing is signed before it is asked for. */
function* casesOf(source: Source): Generator<Case> {
  for (const { name, part, causes, signed, sent } of WIRE_MISTAKES)
    for (const message of source.messages)
      yield {
        mistake: name,
        message,
        part,
        causes,
        make: () => sent(source.sign(signed?.(message) ?? message).request),
      }
  for (const { name, causes, make } of OTHERS)
    for (const message of source.messages.slice(-1))
      yield { mistake: name, message, causes, make: () => make(source, message) }
}

const OTHERS = [...KEY_MISTAKES, ...SIGNED_TEXT_MISTAKES, ...STATED_MISTAKES, ...FIELD_MISTAKES]

const attempt = <T>(make: () => T): T | undefined => {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** What the doctor is given beside the request. */
export interface Given {
  /** False: no secret and no public key. */
  readonly key?: boolean
  /** The answer of the other side. */
  readonly refusal?: (source: Source, mistake: string) => string
  /** Only what can be read in the request. */
  readonly readable?: boolean
}

/** Every case of the sources, or one of so many. */
export async function measured(
  sources: readonly Source[],
  stride: number,
  budgetMs: number,
  { key = true, refusal, readable = false }: Given = {},
): Promise<readonly Cell[]> {
  const out: Cell[] = []
  let count = 0
  for (const source of sources) {
    for (const { mistake, message, part, causes, make } of casesOf(source)) {
      if (readable && !isReadable(mistake, part, source, message)) continue
      if (count++ % stride !== 0) continue
      const request = attempt(make)
      if (request === undefined) continue
      const turn = FORMS[out.length % FORMS.length] as string
      // The text on the wire does not state http or https.
      const form = turn === 'http' && request.scheme === 'http' ? 'object' : turn
      const captured = CAPTURES[form]?.(request) as string | object
      // Without a key a request without a mistake is known by nothing: it is none of the cases. That it verifies is tested first.
      const as = { scheme: source.scheme, ...source.options, nowMs: source.nowMs }
      if (!key && (await diagnose(captured, { ...as, budgetMs: 1 })).verified) continue
      const found = await diagnose(captured, {
        scheme: source.scheme,
        ...(key && source.options),
        ...(refusal !== undefined && { refusal: refusal(source, mistake) }),
        nowMs: source.nowMs,
        budgetMs,
      }).catch((error: Error) => ({ verified: false, signature: 'threw', findings: [{ id: error.message }] }))
      const first = found.findings[0]?.id ?? ''
      out.push({
        source: source.name,
        family: source.family,
        mistake,
        outcome: found.verified ? 'no mistake' : isNamed(first, causes, key) ? 'named' : 'missed',
        first,
        signature: found.signature,
      })
    }
  }
  return out
}

// Without a key a hash of another length, and a text that is none, are all that is seen.
const BY_LENGTH = /^(?:algorithm|signature-(?:length|form))$/
const isNamed = (first: string, causes: RegExp, key: boolean): boolean =>
  causes.test(first) || (!key && causes.source.includes('algorithm') && BY_LENGTH.test(first))

const percent = (a: number, b: number): string => `${a} of ${b} (${b === 0 ? 100 : Math.floor((a / b) * 100)} %)`

export function table(cells: readonly Cell[]): string {
  const judged = cells.filter(({ outcome }) => outcome !== 'no mistake')
  const lines: string[] = []
  const by = (what: 'family' | 'mistake' | 'source') => {
    lines.push(`--- by ${what}`)
    for (const name of new Set(judged.map((one) => one[what]))) {
      const all = judged.filter((one) => one[what] === name)
      const missed = all.filter(({ outcome }) => outcome === 'missed')
      const counts = new Map<string, number>()
      for (const { first } of missed) counts.set(first, (counts.get(first) ?? 0) + 1)
      const firsts = [...counts].sort(([, a], [, b]) => b - a).map(([id, count]) => `${id}×${count}`)
      lines.push(`${name}: ${percent(all.length - missed.length, all.length)} ${firsts.slice(0, 12).join(' ')}`)
    }
  }
  by('family')
  by('mistake')
  by('source')
  lines.push('--- missed')
  for (const one of judged)
    if (one.outcome === 'missed') lines.push(`${one.mistake} | ${one.source} | ${one.first} | ${one.signature}`)
  return lines.join('\n')
}
