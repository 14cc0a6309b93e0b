import { describe, expect, test } from 'vitest'
import type { HttpMessage } from '../../../../src/message/message.js'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { cpuMs } from '../../../cpu-time.js'
import { refusal, request, withInput } from './support.js'

const FIELD_TYPES = { fieldTypes: { 'x-a': 'dictionary', 'x-l': 'list' } } as const
const repeated = (count: number, one: (at: number) => string, joint = ''): string =>
  Array.from({ length: count }, (_, at) => one(at)).join(joint)
const input = (text: string, signature?: string): HttpMessage => withInput(request(), text, signature)
const covering = (list: string, ...fields: readonly string[]): HttpMessage =>
  withInput(request({ fields }), `sig1=(${list});created=1`)
const lines = (count: number, name: (at: number) => string, value = 'v'): string[] =>
  Array.from({ length: count }, (_, at) => [name(at), value]).flat()

/** Messages whose hostile part has about n characters. */
const HOSTILE: ReadonlyArray<readonly [string, (n: number) => HttpMessage]> = [
  ['labels', (n) => input(repeated(n / 8, (at) => `s${at}=()`, ', '))],
  ['one label again and again', (n) => input(repeated(n / 8, () => 'sig1=()', ', '))],
  ['components', (n) => input(`sig1=(${repeated(n / 8, (at) => `"x${at}"`, ' ')})`)],
  ['parameters', (n) => input(`sig1=()${repeated(n / 6, (at) => `;p${at}`)}`)],
  ['parameters of a component', (n) => input(`sig1=("x"${repeated(n / 6, (at) => `;p${at}`)})`)],
  ['opening parentheses', (n) => input(`sig1=${'('.repeat(n)}`)],
  ['open lists', (n) => input(repeated(n / 4, () => 'a=(', ','))],
  ['spaces in a list', (n) => input(`sig1=(${' '.repeat(n)})`)],
  ['spaces behind a semicolon', (n) => input(`sig1=();${' '.repeat(n)}created=x`)],
  ['semicolons and spaces', (n) => input(`sig1=()${'; '.repeat(n / 2)}`)],
  ['spaces before a comma', (n) => input(`sig1=()${' '.repeat(n)},`)],
  ['tabs and commas', (n) => input('\t,'.repeat(n / 2))],
  ['quotes', (n) => input(`sig1=(${'"'.repeat(n)})`)],
  ['escapes', (n) => input(`sig1=("${'\\"'.repeat(n / 2)}`)],
  ['an unclosed string', (n) => input(`sig1=("x");keyid="${'a'.repeat(n)}`)],
  ['a broken time at the end', (n) => input(`sig1=("x");keyid="${';'.repeat(n)}";created=1x`)],
  ['a long name', (n) => input(`sig1=("${'a'.repeat(n)}!A")`)],
  ['a long label', (n) => input(`${'a'.repeat(n)}!`)],
  ['digits', (n) => input(`sig1=("x");created=${'1'.repeat(n)}`)],
  ['zeros', (n) => input(`sig1=("x");created=${'0'.repeat(n)}`)],
  ['a long nonce', (n) => input(`sig1=("@method");created=1;nonce="${'a'.repeat(n)}"`)],
  ['base64', (n) => input('sig1=("@method")', `sig1=:${'A'.repeat(n - (n % 4))}:`)],
  ['base64 without an end', (n) => input('sig1=("@method")', `sig1=:${'A'.repeat(n)}`)],
  ['padding', (n) => input('sig1=("@method")', `sig1=:${'='.repeat(n)}:`)],
  [
    'signatures',
    (n) =>
      input(
        'sig1=("@method")',
        repeated(n / 12, (at) => `s${at}=:AAAA:`, ','),
      ),
  ],
  ['signatures without a comma', (n) => input('sig1=("@method")', `sig1=${':AAAA:'.repeat(n / 6)}`)],
  ['lines of Signature-Input', (n) => request({ fields: lines(n / 4, () => 'Signature-Input', 'a=()') })],
  ['lines of a covered field', (n) => covering('"x-a" "x-a";bs "x-a";sf "x-a";key="v"', ...lines(n / 4, () => 'x-a'))],
  [
    'lines of other fields',
    (n) =>
      covering(
        repeated(60, (at) => `"x-${at}"`, ' '),
        ...lines(60, (at) => `x-${at}`),
        ...lines(n / 4, (at) => `y-${at}`),
      ),
  ],
  ['spaces around a value', (n) => covering('"x-a" "x-a";bs', 'x-a', `${' '.repeat(n)}v${' \t'.repeat(n)}`)],
  ['spaces inside a value', (n) => covering('"x-a" "x-a";bs', 'x-a', `v${' '.repeat(n)}v`)],
  ['spaces without a fold', (n) => covering('"x-a" "x-a";bs', 'x-a', `v${' '.repeat(n)}v\n v`)],
  ['folds', (n) => covering('"x-a" "x-a";bs', 'x-a', `v${'\r\n '.repeat(n / 3)}v`)],
  ['line breaks', (n) => covering('"x-a" "x-a";bs', 'x-a', '\r\n'.repeat(n / 2))],
  [
    'members of a dictionary',
    (n) =>
      covering(
        '"x-a";sf "x-a";key="a1" "x-a";key="a2"',
        'x-a',
        repeated(n / 5, (at) => `a${at}`, ','),
      ),
  ],
  [
    'one member again and again',
    (n) =>
      covering(
        '"x-a";sf "x-a";key="a"',
        'x-a',
        repeated(n / 2, () => 'a', ','),
      ),
  ],
  [
    'inner lists',
    (n) =>
      covering(
        '"x-l";sf',
        'x-l',
        repeated(n / 6, () => '(a b)', ','),
      ),
  ],
  ['parameters of a member', (n) => covering('"x-l";sf', 'x-l', `a${repeated(n / 6, (at) => `;p${at}`)}`)],
  [
    'digests',
    (n) =>
      covering(
        '"content-digest"',
        'Content-Digest',
        repeated(n / 8, (at) => `a${at}=::`, ','),
      ),
  ],
  [
    'query parameters',
    (n) =>
      withInput(
        request({ target: `/?${repeated(n / 5, (at) => `a${at}=`, '&')}` }),
        'sig1=("@query-param";name="a1" "@query-param";name="a2" "@query")',
      ),
  ],
  [
    'escapes in a query',
    (n) => withInput(request({ target: `/?a=${'%41'.repeat(n / 3)}` }), 'sig1=("@query-param";name="a")'),
  ],
  [
    'a broken escape at the end',
    (n) => withInput(request({ target: `/?a=${'%41'.repeat(n / 3)}%` }), 'sig1=("@query-param";name="a")'),
  ],
  ['ampersands', (n) => withInput(request({ target: `/?${'&'.repeat(n)}` }), 'sig1=("@query-param";name="a")')],
  [
    'slashes and dots',
    (n) => withInput(request({ target: '/..'.repeat(n / 3) }), 'sig1=("@path" "@target-uri" "@request-target")'),
  ],
  ['a scheme without an end', (n) => withInput(request({ target: 'a'.repeat(n) }), 'sig1=("@path" "@query")')],
]

/** The fastest of seven runs: other work on the machine, and the collector, can only make a run slower. */
function bestMs(act: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 7; round++) {
    const start = cpuMs()
    act()
    best = Math.min(best, cpuMs() - start)
  }
  return best
}

describe('time grows with the input and no faster', () => {
  // Ten times the input in at most twelve times the time. Below the floor a busy machine says nothing; one quadratic step
  // over the larger sizes takes many times as long as the floor allows.
  const FLOOR_MS = 3
  const judge = (message: HttpMessage): string => refusal(message, FIELD_TYPES)
  const tooSlow = (small: HttpMessage, large: HttpMessage): string | undefined => {
    const before = bestMs(() => judge(small))
    const after = bestMs(() => judge(large))
    return after <= 12 * Math.max(before, FLOOR_MS) ? undefined : `${after} ms after ${before} ms`
  }

  test.each(HOSTILE)('the time is linear in %s', (_, make) => {
    // 1600 to 16 000 characters stay under the cap of a signature field, the others are what a server might still let in.
    for (const size of [1_600, 8_000]) {
      const [small, large] = [make(size), make(10 * size)]
      expect(judge(small)).toBeTypeOf('string')
      expect(judge(large)).toBeTypeOf('string')
      // A garbage collection is CPU time, too; a step that is not linear is slow every time.
      let slow = tooSlow(small, large)
      for (let again = 0; again < 6 && slow !== undefined; again++) slow = tooSlow(small, large)
      expect(slow).toBeUndefined()
    }
  })
})

describe('a message is read once, however many of its parts are covered', () => {
  const QUERY = repeated(1_000, (at) => `p${at}=abcde`, '&')
  const DICTIONARY = repeated(1_000, (at) => `p${at}=abcde`, ', ')
  const COVERING: ReadonlyArray<readonly [string, (count: number) => HttpMessage]> = [
    [
      'query parameters',
      (count) =>
        withInput(
          request({ target: `/?${QUERY}` }),
          `sig1=(${repeated(count, (at) => `"@query-param";name="p${at}"`, ' ')});created=1`,
        ),
    ],
    [
      'members of a dictionary',
      (count) =>
        covering(
          repeated(count, (at) => `"x-a";key="p${at}"`, ' '),
          'x-a',
          DICTIONARY,
        ),
    ],
    [
      'names that are not UTF-8',
      (count) =>
        withInput(
          request({ target: `/?${repeated(2_500, () => '%ff', '&')}&${repeated(59, (at) => `p${at}=1`, '&')}` }),
          `sig1=(${repeated(count, (at) => `"@query-param";name="p${at}"`, ' ')});created=1`,
        ),
    ],
  ]
  test.each(COVERING)('59 %s of 10 KB cost little more than one', (_, make) => {
    const judge = (message: HttpMessage): string => refusal(message, FIELD_TYPES)
    const cost = (count: number): number =>
      // A new message each time, as they arrive.
      bestMs(() => {
        for (let i = 0; i < 10; i++) judge(make(count))
      })
    expect(judge(make(59))).toBe('nothing thrown')
    let [one, many] = [cost(1), cost(59)]
    for (let again = 0; again < 6 && many > 4 * Math.max(one, 5); again++) [one, many] = [cost(1), cost(59)]
    expect(many).toBeLessThanOrEqual(4 * Math.max(one, 5))
  })
})

describe('what is remembered is bounded', () => {
  test('a verifier that sees a new list with every request stays as fast as at the start', () => {
    const verifier = rfc9421Verifier()
    const meet = (from: number): void => {
      for (let at = from; at < from + 400; at++) {
        const list = repeated(20, (one) => `"x-${at}-${one}"`, ' ')
        void verifier.parse(input(`sig1=(${list});created=1`))[0]?.covers
      }
    }
    const first = bestMs(() => meet(0))
    for (let at = 0; at < 6_000; at += 400) meet(at)
    expect(bestMs(() => meet(10_000))).toBeLessThanOrEqual(4 * Math.max(first, 20))
  })
})
