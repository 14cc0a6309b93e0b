import type { Bytes } from '../../crypto/key.js'
import type { Mistake } from './mistakes.js'
import { permutations } from './permutations.js'
import type { Segment } from './segments.js'

/** How texts of a family are taken apart. `C` is what a text is made of, `S` the state that holds it. */
export interface PartsOf<S, C> {
  /** The text that is right in a state. */
  readonly baseOf: (state: S) => Bytes
  readonly contextOf: (state: S) => C
  readonly segments: (base: string, context: C, apart?: boolean) => readonly Segment[]
  readonly writes: (state: S, change: (base: Bytes, context: C) => Bytes) => S
  /** Whether path and query can be distinguished. */
  readonly hasQuery: (context: C) => boolean
}

const SEPARATORS = [
  ['', 'nothing'],
  ['\n', 'a line break'],
  ['&', '"&"'],
  ['|', '"|"'],
  ['.', '"."'],
  [' ', 'a space'],
  [':', '":"'],
  [',', '","'],
  ['-', '"-"'],
  ['\r\n', 'CR LF'],
] as const

/** What goes wrong when the parts of a text to sign are joined. */
export function partsMistakes<S, C>(of: PartsOf<S, C>): ReadonlyArray<Mistake<S>> {
  const { baseOf, contextOf, writes } = of
  const segments = (base: Bytes, context: C, apart = false): readonly Segment[] =>
    typeof base === 'string' ? of.segments(base, context, apart) : []
  return [
    {
      id: 'text-part-left-out',
      part: 'text to sign',
      rank: 1,
      cause: 'A part of the text to sign was left out.',
      fix: 'Put every part into the text to sign, in the order of the page of the service.',
      *apply(state) {
        const parts = segments(baseOf(state), contextOf(state))
        for (const { name } of parts)
          if (name !== '')
            yield [
              writes(state, (base, context) =>
                segments(base, context)
                  .filter((one) => one.name !== name)
                  .map((one) => one.text)
                  .join(''),
              ),
              `the ${name}`,
            ]
        for (const { name } of parts)
          if (name !== '')
            yield [
              writes(state, (base, context) => {
                const all = segments(base, context)
                const at = all.findIndex((one) => one.name === name)
                return all
                  .filter((_, one) => one !== at && !(one === at + 1 && all[one]?.name === ''))
                  .map((one) => one.text)
                  .join('')
              }),
              `the ${name} and the mark behind it`,
            ]
        // What the rules put before a part, such as the "/api" of Bitfinex or the "requestBody=" of Poloniex; with the slash behind it
        // or without, and without the mark before it.
        for (const { text } of parts.filter((one) => one.name === '' && /[A-Za-z0-9]{2}/.test(one.text)))
          for (const gone of new Set([text, `${text}/`, /\w[\w.-]*=/.exec(text)?.[0] ?? text]))
            yield [
              writes(state, (base) => (typeof base === 'string' ? base.replace(gone, '') : base)),
              JSON.stringify(gone),
            ]
      },
    },
    {
      id: 'text-mark',
      part: 'text to sign',
      rank: 1,
      cause: 'A mark between two parts of the text to sign was left out, or stands there twice.',
      fix: 'Join the parts exactly as the page of the service says, each with one separator behind it.',
      *apply(state) {
        const parts = segments(baseOf(state), contextOf(state))
        for (const [at, { name, text }] of parts.entries()) {
          // One at the very end is a mistake of its own.
          if (name !== '' || at === parts.length - 1 || !/^[\s&|.:,-]{1,2}$/.test(text)) continue
          const around = `${JSON.stringify(text)} behind the ${parts[at - 1]?.name || 'start'}`
          for (const [now, said] of [
            ['', 'is missing'],
            [text + text, 'stands twice'],
          ] as const)
            yield [
              writes(state, (base, context) =>
                segments(base, context)
                  .map((one, index) => (index === at ? now : one.text))
                  .join(''),
              ),
              `${around} ${said}`,
            ]
        }
      },
    },
    {
      id: 'text-separators',
      part: 'text to sign',
      rank: 1,
      cause: 'The parts of the text to sign were joined in another way.',
      fix: 'Join the parts exactly as the page of the service says: with nothing, or with its separator, between them.',
      *apply(state) {
        if (segments(baseOf(state), contextOf(state)).length < 2) return
        for (const [mark, name] of SEPARATORS)
          yield [
            writes(state, (base, context) =>
              segments(base, context)
                .filter((one) => one.name !== '')
                .map((one) => one.text)
                .join(mark),
            ),
            `${name} between them`,
          ]
      },
    },
    {
      id: 'text-of-parts',
      part: 'text to sign',
      rank: 2,
      alone: true,
      cause: 'The text to sign has fewer parts, joined in another way: that of another version of the API, perhaps.',
      fix: 'Put every part into the text to sign, and join them as the page of this version says.',
      *apply(state) {
        const { length } = segments(baseOf(state), contextOf(state)).filter(({ name }) => name !== '')
        if (length < 3 || length > 6) return
        for (let kept = 3; kept < 2 ** length; kept++)
          for (const [mark, name] of SEPARATORS.slice(0, 6))
            for (const end of mark === '' ? [''] : ['', mark])
              yield [
                writes(
                  state,
                  (base, context) =>
                    segments(base, context)
                      .filter((one) => one.name !== '')
                      .flatMap(({ text }, at) => (((kept >> at) & 1) === 1 ? [text] : []))
                      .join(mark) + end,
                ),
                `${name} between parts${end === '' ? '' : ', and at the end'}`,
              ]
      },
    },
    {
      id: 'text-order',
      part: 'text to sign',
      rank: 1,
      alone: true,
      cause: 'The parts of the text to sign stand in another order.',
      fix: 'Put the parts into the order of the page of the service.',
      *apply(state) {
        const whole = of.hasQuery(contextOf(state)) ? [false, true] : [false]
        for (const apart of whole) yield* orders(state, apart)
      },
    },
  ]

  function* orders(state: S, apart: boolean): Iterable<readonly [S, string]> {
    const names = segments(baseOf(state), contextOf(state), apart).filter(({ name }) => name !== '')
    if (names.length < 2 || names.length > 5) return
    for (const order of permutations(names.map((_, at) => at)))
      yield [
        writes(state, (base, context) => {
          const parts = segments(base, context, apart)
          const named = parts.filter(({ name }) => name !== '')
          let next = 0
          return parts.map((one) => (one.name === '' ? one.text : (named[order[next++] ?? 0]?.text ?? ''))).join('')
        }),
        order.map((at) => names[at]?.name).join(', '),
      ]
  }
}
