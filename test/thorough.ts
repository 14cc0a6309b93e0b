/** True in `npm run test:long`, where a test that draws its cases draws many. */
export const THOROUGH = process.env['TEST_LENGTH'] === 'long'

/** How many cases are drawn at most where the same tests run on every runtime. */
const MOST = process.env['TEST_LENGTH'] === 'quick' ? 12 : Number.POSITIVE_INFINITY

/** How many cases a test draws: a third of them in `npm test`. */
export const draws = (cases: number): number => (THOROUGH ? cases : atMost(Math.ceil(cases / 3)))

/** How many cases a test draws that draws the same number in `npm test` and in the long run. */
export const atMost = (cases: number): number => Math.min(cases, MOST)

/** Of a list of cases each costs as much as a curve: all of them in the long run, a third in `npm test`. */
export const someOf = <T>(cases: readonly T[]): readonly T[] =>
  THOROUGH ? cases : cases.filter((_, at) => at % 3 === 0)
