import type { Finding } from '../diagnosis.js'
import { likely, possible } from '../finding.js'
import type { Answer } from './answer.js'
import { EXCHANGE_REFUSALS } from './exchanges.js'
import { KINDS, type Kind } from './kinds.js'
import { codesIn } from './table.js'

/** What a code means that was pasted alone: without a request, without words that say more, without the name of an exchange. */

// Those of most users first, where a code of several exchanges means several things.
const FREQUENT = ['binance', 'bybit', 'okx', 'bitget', 'kucoin', 'gate', 'mexc', 'htx', 'deribit', 'crypto-com']

// Numbers below a thousand are statuses of HTTP, counts and versions as well.
const isCode = (code: string): boolean => /^-?\d{4,}$|^[A-Za-z_]+\d+$|[A-Za-z][_-]?[A-Za-z]{3}/.test(code)

// Members by which an answer names its exchange.
const MEMBERS: ReadonlyArray<readonly [member: RegExp, of: readonly string[]]> = [
  [/["']?ret_?(?:Code|Msg)["']?\s?[:=]/i, ['bybit']],
  [/["']err-(?:code|msg)["']/, ['htx']],
  [/["']jsonrpc["']/, ['deribit']],
  [/["']method["']\s?:\s?["'](?:private|public)\//, ['crypto-com']],
  [/["']mc["']\s?:/, ['xt']],
]

interface Meaning {
  readonly kind: Kind
  readonly code: string
  readonly of: string[]
  readonly source: string
}

function meanings(codes: readonly string[], ids: readonly string[]): readonly Meaning[] {
  const out: Meaning[] = []
  for (const id of ids) {
    const { codes: rows = {}, source = '' } = EXCHANGE_REFUSALS[id] ?? {}
    for (const [kind, row] of Object.entries(rows))
      for (const code of codesIn(row as string).filter((one) => codes.includes(one))) {
        const known = out.find((one) => one.kind === kind && one.code === code)
        if (known === undefined) out.push({ kind: kind as Kind, code, of: [id], source })
        else known.of.push(id)
      }
  }
  return out
}

/** The findings of a code that no request and no words explain; one for each thing that it may mean. */
export function codeFindings({ codes, words }: Answer): readonly Finding[] {
  const known = codes.filter(isCode)
  if (known.length === 0) return []
  const named = MEMBERS.find(([member]) => member.test(words))?.[1] ?? []
  const own = meanings(known, named)
  // Bybit has another name for its code.
  const isNamed = /["']code["']\s?:/.test(words)
  const all = [...new Set([...FREQUENT, ...Object.keys(EXCHANGE_REFUSALS)])]
  const others = meanings(known, isNamed ? all.filter((id) => id !== 'bybit') : all)
  const found = own.length > 0 ? own : others.length > 0 ? others : meanings(known, all)
  const make = new Set(found.map(({ kind }) => kind)).size === 1 ? likely : possible
  return [...new Map(found.map((one) => [one.kind, one])).keys()].slice(0, MOST).map((kind) => {
    const { code, of, source } = found.find((one) => one.kind === kind) as Meaning
    const { cause, fix } = KINDS[kind]
    return make(`refused-${kind}`, cause, `"${code}" is a code of ${of.slice(0, MOST).join(', ')} (${source}).`, fix)
  })
}

const MOST = 4
