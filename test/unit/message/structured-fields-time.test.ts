import { describe, expect, test } from 'vitest'
import { parseDictionary, serializeDictionary } from '../../../src/message/structured-fields.js'
import { cpuMs } from '../../cpu-time.js'

describe('the time of reading and writing structured fields', () => {
  const shapes: ReadonlyArray<readonly [string, (n: number) => string]> = [
    ['members', (n) => 'a=1, '.repeat(n / 5).slice(0, -2)],
    ['parameters', (n) => `a${';b=1'.repeat(n / 4)}`],
    ['one inner list', (n) => `a=(${'"b" '.repeat(n / 4)})`],
    ['one string of escapes', (n) => `a="${'\\\\'.repeat(n / 2)}"`],
    ['an unclosed string of escapes', (n) => `a="${'\\"'.repeat(n / 2)}`],
    ['quotes', (n) => '"'.repeat(n)],
    ['parentheses', (n) => '('.repeat(n)],
    ['spaces', (n) => ' '.repeat(n)],
    ['spaces in a list', (n) => `a=(${' '.repeat(n)}`],
    ['spaces and commas', (n) => `a${' '.repeat(n)},,`],
    ['digits', (n) => `a=${'1'.repeat(n)}`],
    ['one key', (n) => `${'a'.repeat(n)}!`],
    ['binary', (n) => `a=:${'A'.repeat(n)}:`],
    ['display', (n) => `a=%"${'%c3%bc'.repeat(n / 6)}"`],
    ['colons', (n) => 'a=:,'.repeat(n / 4)],
  ]
  const rewrite = (text: string): void => {
    try {
      serializeDictionary(parseDictionary(text))
    } catch {}
  }
  const fastest = (text: string, calls: number): number => {
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < 7; round++) {
      const start = cpuMs()
      for (let i = 0; i < calls; i++) rewrite(text)
      best = Math.min(best, (cpuMs() - start) / calls)
    }
    return best
  }
  /** Time of the larger against the smaller. Another process may take the core for a while: the best of several counts. */
  const growth = (small: string, large: string, enough: number, calls: number): number => {
    let best = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < 40 && best > enough; attempt++) {
      // What takes no measurable time is not worth a ratio.
      best = Math.min(best, fastest(large, calls) / Math.max(fastest(small, calls * 10), 0.0005))
    }
    return best
  }

  test.each(shapes)('10 times the %s take at most 12 times the time', (_, make) => {
    for (let i = 0; i < 100; i++) rewrite(make(1600))
    expect(growth(make(1600), make(16_000), 12, 10)).toBeLessThanOrEqual(12)
  })

  // Far past any header a server takes, collecting the garbage of a hundred thousand members is part of the time.
  test.each(shapes)('not even 160 kB of %s take quadratic time', (_, make) => {
    expect(growth(make(16_000), make(160_000), 40, 2)).toBeLessThanOrEqual(40)
  })
})
