import { expect, test } from 'vitest'
import { closingLines, countTests } from '../../../tools/count-tests.mjs'

const file = (status: string, ...tests: string[]): Parameters<typeof countTests>[0]['testResults'][number] => ({
  name: 'x.test.ts',
  status,
  assertionResults: tests.map((result, index) => ({ fullName: `test ${index}`, status: result })),
})
const report = (...testResults: ReturnType<typeof file>[]): Parameters<typeof countTests>[0] => ({ testResults })
const ran = (...files: Parameters<typeof report>) => ({ report: report(...files), failed: false })
const ranBadly = (...files: Parameters<typeof report>) => ({ ...ran(...files), failed: true })

test('what passed, failed and did not run are three numbers', () => {
  const counted = countTests(
    report(file('failed', 'passed', 'failed', 'skipped'), file('passed', 'passed', 'pending', 'todo')),
  )
  expect(counted).toEqual({ passed: 2, failed: 1, skipped: ['test 2', 'test 1', 'test 2'] })
})

test('a file that broke before its first test is a failure', () => {
  expect(countTests(report(file('failed'), file('failed', 'passed'), file('passed', 'passed')))).toEqual({
    passed: 2,
    failed: 2,
    skipped: [],
  })
})

test('a file in which nothing ran is no pass', () => {
  expect(countTests(report(file('passed'), file('passed', 'passed')))).toEqual({
    passed: 1,
    failed: 0,
    skipped: ['every test of x.test.ts'],
  })
})

test('the last line is the counts alone, and what was skipped is named above', () => {
  expect(closingLines([ran(file('passed', 'passed', 'skipped'))], 0)).toEqual([
    'Skipped, so neither passed nor failed (1):',
    '  test 1',
    '1 passed, 0 failed',
  ])
})

test('a failed step is a failure', () => {
  expect(closingLines([ran(file('passed', 'passed'))], 2)).toEqual(['1 passed, 2 failed'])
})

test('a failed test run counts once: by its tests, or else by itself', () => {
  expect(closingLines([ranBadly(file('failed', 'failed'))], 0)).toEqual(['0 passed, 1 failed'])
  expect(closingLines([ranBadly(file('passed', 'passed'))], 0)).toEqual(['1 passed, 1 failed'])
})

test('a run without a report passed nothing', () => {
  expect(closingLines([{ report: undefined, failed: true }], 0)).toEqual([
    'The tests left no report: none of them counts as passed.',
    '0 passed, 1 failed',
  ])
})

test('several runs are counted together', () => {
  const runs = [
    ran(file('passed', 'passed', 'skipped')),
    ranBadly(file('passed', 'passed')),
    ran(file('failed', 'failed')),
  ]
  expect(closingLines(runs, 1)).toEqual([
    'Skipped, so neither passed nor failed (1):',
    '  test 1',
    '2 passed, 3 failed',
  ])
})
