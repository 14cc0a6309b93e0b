import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * @typedef {{
 *   testResults: ReadonlyArray<{ name: string, status: string, assertionResults: ReadonlyArray<{ fullName: string, status: string }> }>,
 * }} Report what vitest's JSON reporter writes
 */

/**
 * What really ran. A file that failed before its first test counts as one failure; what did not run is listed by name, and
 * so is a file in which nothing ran, although the report calls it passed.
 * @param {Report} report
 */
export function countTests({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const hasFailedTest = (/** @type {Report['testResults'][number]} */ { assertionResults }) =>
    assertionResults.some(({ status }) => status === 'failed')
  const broken = testResults.filter((file) => file.status === 'failed' && !hasFailedTest(file))
  const empty = testResults.filter(
    ({ status, assertionResults }) => status !== 'failed' && assertionResults.length === 0,
  )
  const unrun = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + broken.length,
    skipped: [
      ...unrun.map(({ fullName }) => fullName.trim()),
      ...empty.map(({ name }) => `every test of ${relative('.', name)}`),
    ],
  }
}

/**
 * The closing lines: what was skipped, then the counts alone on the last line. Every failed step counts as one failure,
 * but a test run only where none of its failed tests stands for it already.
 * @param {ReadonlyArray<{ report: Report | undefined, failed: boolean }>} runs undefined where the tests did not get as far as a report
 * @param {number} failedSteps
 */
export function closingLines(runs, failedSteps) {
  const counts = runs.map(({ report, failed }) => {
    const counted = report === undefined ? { passed: 0, failed: 0, skipped: [] } : countTests(report)
    return { ...counted, failed: failed && counted.failed === 0 ? 1 : counted.failed }
  })
  const sum = (/** @type {'passed' | 'failed'} */ what) => counts.reduce((total, count) => total + count[what], 0)
  const skipped = counts.flatMap((count) => count.skipped)
  return [
    ...runs
      .filter(({ report }) => report === undefined)
      .map(() => 'The tests left no report: none of them counts as passed.'),
    ...(skipped.length === 0 ? [] : [`Skipped, so neither passed nor failed (${skipped.length}):`]),
    ...new Set(skipped.map((name) => `  ${name}`)),
    `${sum('passed')} passed, ${sum('failed') + failedSteps} failed`,
  ]
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

// node tools/count-tests.mjs FAILED-STEPS (REPORT WHETHER-IT-FAILED)…
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [failedSteps = '0', ...pairs] = process.argv.slice(2)
  const runs = []
  for (let i = 0; i < pairs.length; i += 2)
    runs.push({ report: readReport(pairs[i] ?? ''), failed: pairs[i + 1] !== '0' })
  console.log(closingLines(runs, Number(failedSteps)).join('\n'))
}
