import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'
import * as spies from '@vitest/spy'
import fc from 'fast-check'

/** What became of the tests of one area. */
export interface AreaResult {
  passed: number
  skipped: number
  /** Name and message of every test that failed. */
  failures: string[]
}

/** One file of tests: its area, its path, and what evaluates it. */
export type TestFile = readonly [area: string, path: string, load: () => Promise<unknown>]

type Body = (...given: never[]) => unknown
type Hook = () => unknown
interface Test {
  readonly name: string
  readonly body: Body | undefined
  readonly before: readonly Hook[]
  readonly after: readonly Hook[]
}
interface Suite {
  readonly name: string
  readonly skip: boolean
  readonly beforeEach: Hook[]
  readonly afterEach: Hook[]
}

// Every run draws the same cases, so that runtimes are compared on the same ones.
fc.configureGlobal({ seed: 9421, endOnFailure: true })

let tests: Test[] = []
let suites: Suite[] = []
let beforeAlls: Hook[] = []
let afterAlls: Hook[] = []

const inside = (name: string): string => [...suites.map((one) => one.name), name].filter(Boolean).join(' > ')

/** Tests of a build on one machine, not of a runtime: they measure CPU time, compare files, or compile what they check with. */
const OF_NODE = /linear time|time grows|is what this code makes|the form that its schema states/

function addTest(name: string, body: Body | undefined): void {
  const skipped = suites.some((one) => one.skip) || OF_NODE.test(name)
  tests.push({
    name: inside(name),
    body: skipped ? undefined : body,
    before: suites.flatMap((one) => one.beforeEach),
    after: suites.flatMap((one) => one.afterEach),
  })
}

function addSuite(name: string, body: Body | undefined, skip = false): void {
  suites.push({ name, skip, beforeEach: [], afterEach: [] })
  ;(body as Hook | undefined)?.()
  suites.pop()
}

/** As in Vitest: `%s` and `%i` take the next value, `%#` the row's number, `$name` a member of the row. */
function titleOf(title: string, row: readonly unknown[], at: number): string {
  const values = [...row]
  return title
    .replace(/%([sdijo#%])/g, (_, sign: string) =>
      sign === '#' ? String(at) : sign === '%' ? '%' : textOf(values.shift()),
    )
    .replace(/\$(\w+)/g, (all, name: string) => textOf((row[0] as Record<string, unknown> | undefined)?.[name] ?? all))
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'bigint' ? String(value) : String(JSON.stringify(value))

type Add = (name: string, body: Body | undefined) => void

/** `each` and what leaves a test out, for tests and for suites. */
function withVariants(add: Add, skipped: Add) {
  // The options of a test stand before or behind its body.
  const one =
    (to: Add) =>
    (name: string, ...rest: readonly unknown[]): void =>
      to(name, rest.find((given) => typeof given === 'function') as Body | undefined)
  const each =
    (to: Add) =>
    (rows: readonly unknown[]) =>
    (title: string, ...rest: readonly unknown[]): void => {
      const body = rest.find((given) => typeof given === 'function') as Body
      const spread = rows.every((row) => Array.isArray(row))
      rows.forEach((row, at) => {
        const values = spread ? (row as unknown[]) : [row]
        to(titleOf(title, values, at), () => body(...(values as never[])))
      })
    }
  const normal = Object.assign(one(add), { each: each(add) })
  const skip = Object.assign(one(skipped), { each: each(skipped) })
  const skipIf = (condition: unknown): typeof skip => (condition ? skip : normal)
  return Object.assign(one(add), { each: each(add), skip, skipIf, runIf: (condition: unknown) => skipIf(!condition) })
}

export const test: ReturnType<typeof withVariants> = withVariants(addTest, (name) => addTest(name, undefined))
export const it: typeof test = test
export const describe: typeof test = withVariants(addSuite, (name, body) => addSuite(name, body, true))

const hook =
  (own: 'beforeEach' | 'afterEach', list: () => Hook[]) =>
  (body: Hook): void => {
    const suite = suites.at(-1)
    ;(suite === undefined ? list() : suite[own]).push(body)
  }
let everyBefore: Hook[] = []
let everyAfter: Hook[] = []
export const beforeEach: (body: Hook) => void = hook('beforeEach', () => everyBefore)
export const afterEach: (body: Hook) => void = hook('afterEach', () => everyAfter)
export const beforeAll = (body: Hook): void => void beforeAlls.push(body)
export const afterAll = (body: Hook): void => void afterAlls.push(body)

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

type Expect = typeof chai.expect & Record<string, unknown>
/** The assertions of Vitest, which need nothing of Node. */
export const expect: Expect = Object.assign((value: unknown, message?: string) => {
  setState({ assertionCalls: getState(expect as never).assertionCalls + 1 }, expect as never)
  return chai.expect(value, message)
}, chai.expect) as unknown as Expect
const world = globalThis as unknown as Record<symbol, object>
Object.assign(expect, world[ASYMMETRIC_MATCHERS_OBJECT])
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true })
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect as never)
;(expect as unknown as { extend: (to: unknown, matchers: object) => void }).extend(expect, customMatchers)
Object.assign(expect, {
  unreachable: (message = 'must not be reached') => chai.assert.fail(message),
  fail: (message = 'must not be reached') => chai.assert.fail(message),
})

const world2 = globalThis as unknown as Record<string, unknown>
const stubbed = new Map<string, unknown>()
export const vi = {
  fn: spies.fn,
  spyOn: spies.spyOn,
  restoreAllMocks: spies.restoreAllMocks,
  stubGlobal: (name: string, value: unknown): void => {
    if (!stubbed.has(name)) stubbed.set(name, world2[name])
    world2[name] = value
  },
  unstubAllGlobals: (): void => {
    for (const [name, value] of stubbed) world2[name] = value
    stubbed.clear()
  },
}

async function runOne({ name, body, before, after }: Test, result: AreaResult): Promise<void> {
  if (body === undefined) {
    result.skipped++
    return
  }
  try {
    for (const one of before) await one()
    try {
      await (body as Hook)()
    } finally {
      for (const one of [...after].reverse()) await one()
    }
    result.passed++
  } catch (error) {
    const { message = String(error), stack = '' } = error as { message?: string; stack?: string }
    result.failures.push(`${name}: ${message}\n${stack.split('\n').slice(0, 6).join('\n')}`)
  }
}

/** Runs the files one after the other; each is evaluated only when its turn comes: workerd has no randomness before a request. */
export async function runFiles(files: readonly TestFile[]): Promise<Record<string, AreaResult>> {
  const results: Record<string, AreaResult> = {}
  for (const [area, path, load] of files) {
    const result = results[area] ?? { passed: 0, skipped: 0, failures: [] }
    results[area] = result
    tests = []
    suites = []
    beforeAlls = []
    afterAlls = []
    everyBefore = []
    everyAfter = []
    try {
      await load()
      for (const one of beforeAlls) await one()
      const [before, after] = [everyBefore, everyAfter]
      for (const one of tests) {
        await runOne({ ...one, before: [...before, ...one.before], after: [...after, ...one.after] }, result)
      }
      for (const one of afterAlls) await one()
      if (tests.length === 0) result.failures.push(`${path}: has no test`)
    } catch (error) {
      result.failures.push(`${path}: ${(error as Error | undefined)?.stack ?? String(error)}`)
    }
  }
  return results
}
