import type { TextMistake } from '../../scheme/mistakes.js'
import { permutations } from '../../scheme/permutations.js'

const PARAMETER = /;\s*([a-z*][a-z0-9_.*-]*)=("(?:[^"\\]|\\.)*"|[^;"]+)/g

export interface Params {
  readonly list: string
  readonly pairs: ReadonlyArray<readonly [name: string, value: string]>
}

/** Signature parameters behind their list. */
export function paramsOf(text: string): Params {
  const close = text.lastIndexOf(')')
  const list = text.slice(0, close + 1)
  return {
    list,
    pairs: Array.from(text.slice(close + 1).matchAll(PARAMETER), ([, name = '', value = '']) => [name, value] as const),
  }
}

const joined = ({ list, pairs }: Params): string => list + pairs.map(([name, value]) => `;${name}=${value}`).join('')

export const PARAMS: readonly TextMistake[] = [
  {
    id: 'order',
    rank: 1,
    cause: 'The signature parameters were signed in another order than they stand in Signature-Input.',
    fix: 'RFC 9421 2.3: the order is free but must be the same in both; sign the very text that is sent.',
    *apply(text) {
      const { list, pairs } = paramsOf(text)
      if (pairs.length > 5) yield [joined({ list, pairs: [...pairs].reverse() }), 'reversed']
      else
        for (const order of permutations(pairs))
          yield [joined({ list, pairs: order }), order.map(([name]) => name).join(', ')]
    },
  },
  {
    id: 'left-out',
    rank: 1,
    cause: 'A signature parameter stands in Signature-Input and was not signed.',
    fix: 'RFC 9421 2.3: sign all parameters that are sent.',
    *apply(text) {
      const { list, pairs } = paramsOf(text)
      for (const [at, [name]] of pairs.entries())
        yield [joined({ list, pairs: pairs.filter((_, other) => other !== at) }), name]
      yield [list, 'all of them']
    },
  },
  {
    id: 'spaces',
    rank: 1,
    cause: 'The signature parameters were signed with other white space than the canonical form has.',
    fix: 'RFC 9421 2.3 and RFC 9651 4.1: no space around ";" and one between components; sign the serialised form.',
    apply: (text) => [
      [text.replaceAll(';', '; ')],
      [text.replaceAll('" "', '"  "')],
      [text.replace(/\s*;\s*/g, ';')],
      [text.replaceAll('" "', '", "'), 'commas between the components'],
      [text.replaceAll('" "', '","'), 'commas between the components'],
    ],
  },
  {
    id: 'quotes',
    rank: 1,
    cause: 'The signature parameters were signed with other quotes: a number in quotes, or a text without them.',
    fix: 'RFC 9421 2.3: created and expires are bare integers, keyid, alg, nonce and tag are quoted.',
    *apply(text) {
      const { list, pairs } = paramsOf(text)
      yield [
        joined({ list, pairs: pairs.map(([name, value]) => [name, value.replace(/^"(.*)"$/, '$1')]) }),
        'no quotes',
      ]
      yield [
        joined({ list, pairs: pairs.map(([name, value]) => [name, /^"/.test(value) ? value : `"${value}"`]) }),
        'times in quotes',
      ]
      yield [joined({ list: list.replaceAll('"', ''), pairs }), 'no quotes around the components']
    },
  },
  {
    id: 'label',
    rank: 1,
    cause: 'The label was signed with the parameters ("sig1=(…)").',
    fix: 'RFC 9421 2.5: the last line holds the list and its parameters, without the label.',
    apply: (text) => [[`sig1=${text}`], [`sig=${text}`]],
  },
  {
    id: 'created',
    rank: 2,
    cause: 'Another creation time was signed than was sent: the clock was read twice, or in another unit.',
    fix: 'Read the clock once, in whole seconds, and write that into both.',
    *apply(text) {
      const created = /;created=(\d+)/.exec(text)?.[1]
      if (created === undefined) return
      for (let away = 1; away <= 30; away++)
        for (const other of [Number(created) - away, Number(created) + away])
          yield [text.replace(/;created=\d+/, `;created=${other}`), `${other - Number(created)} s`]
      yield [text.replace(/;created=\d+/, `;created=${created}000`), 'milliseconds']
    },
  },
]
