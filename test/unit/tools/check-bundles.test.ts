import { expect, test } from 'vitest'
import { measure, table } from '../../../tools/check-bundles.mjs'

const contents = "console.log('a marker of this test')\n"
const row = (target: object): ReturnType<typeof measure> =>
  measure({ name: 'example', input: { contents }, forbid: [], ...target })

test('a bundle in order has no problem', async () => {
  const target = { goal: 500, forbid: [{ text: 'x-amz-' }], proves: [{ text: 'a marker' }, { file: '<stdin>' }] }
  expect(await row(target)).toMatchObject({ verdict: 'ok', limit: '0.50', problems: [] })
})

test.each([{ goal: 10 }, { ceiling: 10 }, { goal: 5, ceiling: 10 }])(
  'a bundle that is too large for %o is refused',
  async (limits) => {
    const { verdict, problems } = await row(limits)
    expect(verdict).toBe('FAIL')
    expect(problems).toEqual([expect.stringMatching(/^\d+ bytes, \d+ more than allowed$/)])
  },
)

test('a goal that is missed is said, and only growth past the ceiling fails', async () => {
  const { verdict, problems, limit } = await row({ goal: 10, ceiling: 500 })
  expect(verdict).toMatch(/^OVER THE GOAL by \d+ bytes$/)
  expect(problems).toEqual([])
  expect(limit).toBe('0.01')
  expect(await row({ ceiling: 500 })).toMatchObject({ verdict: 'ok', limit: '< 0.50' })
})

test('foreign text and foreign files are named', async () => {
  expect((await row({ forbid: [{ text: 'a marker' }] })).problems).toEqual(['holds the text "a marker"'])
  expect((await row({ forbid: [{ file: '<stdin>' }] })).problems).toEqual(['holds code of <stdin>'])
})

test('a marker that is nowhere any more', async () => {
  expect((await row({ proves: [{ text: 'x-amz-' }] })).problems).toEqual([
    'expected the text "x-amz-": the marker proves nothing any more',
  ])
})

test('a module of Node is named', async () => {
  const input = { contents: "import { readFileSync } from 'node:fs'\nreadFileSync('x')" }
  expect((await row({ input })).problems).toEqual(['imports "node:fs", which no browser has'])
})

test('the portable backend is the one that is bundled', async () => {
  const input = { contents: "import { hash } from '#backend/hash'\nconsole.log(hash)" }
  const proves = [{ file: 'src/crypto/backend/portable/hash.ts' }, { file: 'node_modules/@noble/hashes/' }]
  const { problems, beside, whole } = await row({ input, proves, forbid: [{ file: 'src/crypto/backend/native/' }] })
  expect(problems).toEqual([])
  expect(Number(whole)).toBeGreaterThan(Number(beside) + 1)
})

test.each([
  [{ entry: 'tools/size/missing.ts' }, 'Could not resolve "tools/size/missing.ts"'],
  [{ contents: "import 'countersign/missing'" }, '"countersign/missing" is not in package.json'],
  [{ contents: "import '#other/x'" }, '"#other/x" is not in package.json'],
])('what is missing is a failure: %o', async (input, problem) => {
  const found = await row({ input })
  expect(found).toMatchObject({ verdict: 'FAIL', whole: '?' })
  expect(found.problems.join()).toContain(problem)
})

test('the columns of the table are aligned', () => {
  const cells = { beside: '1.00', whole: '12.00', limit: '', verdict: 'ok', problems: [], files: [] }
  const lines = table([
    { ...cells, name: 'a' },
    { ...cells, name: 'a much longer name', beside: '10.00' },
  ]).split('\n')
  expect(lines).toHaveLength(3)
  expect(new Set(lines.slice(1).map((line) => line.indexOf('12.00'))).size).toBe(1)
})
