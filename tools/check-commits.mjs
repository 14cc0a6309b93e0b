import { execFileSync } from 'node:child_process'

/*
 * Subjects of commits as CONTRIBUTING.md asks for them. Those before the check are as they are: history is not rewritten.
 */

const SINCE = '2026-11-30T18:00:00Z'
const LONGEST = 72
const FORM =
  /^(?:feat|fix|refactor|perf|test|docs|style|build|chore)(?:\([a-z0-9-]+(?:,[a-z0-9-]+)*\))?!?: \S.*[^.\s]$/u

/**
 * What is wrong with a subject; `undefined` where nothing is.
 * @param {string} subject
 */
export function problemOf(subject) {
  if (subject.length > LONGEST) return `has ${subject.length} characters, at most ${LONGEST} may be`
  return FORM.test(subject) ? undefined : 'must be type(room): subject, without a full stop'
}

function subjects() {
  try {
    return execFileSync('git', ['log', '--no-merges', `--since=${SINCE}`, '--format=%h %s'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return undefined
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const lines = subjects()
  if (lines === undefined) {
    console.log('commits: NOT CHECKED, this is no clone of the repository')
  } else {
    const wrong = lines.flatMap((line) => {
      const problem = problemOf(line.slice(line.indexOf(' ') + 1))
      return problem === undefined ? [] : [`${line}\n  ${problem}`]
    })
    for (const one of wrong) console.error(one)
    if (wrong.length > 0) process.exitCode = 1
    else console.log(`commits: ${lines.length} subjects, each type(room): subject`)
  }
}
