/** True in `npm run test:long`, where a test that draws its cases draws many. */
export const THOROUGH = process.env['TEST_LENGTH'] === 'long'

/** How many cases a test draws: a third of them in `npm test`. */
export const draws = (cases: number): number => (THOROUGH ? cases : Math.ceil(cases / 3))
