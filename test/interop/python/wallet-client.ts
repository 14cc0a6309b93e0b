import { execFileSync } from 'node:child_process'
import { test } from 'vitest'

/**
 * A test with what a script has an official client sign. Each client has an environment of its own (see run.mjs); without it the
 * test is skipped, and the run says so.
 *
 * @param name of the file of requirements in `wallets/`, and the start of the script's name
 */
export function clientTest<T>(name: string, title: string, body: (made: T) => void | Promise<void>): void {
  const python = process.env[`COUNTERSIGN_PYTHON_${name.toUpperCase()}`]
  test.skipIf(python === undefined)(`${name}: ${title}`, async () => {
    const script = new URL(`${name}_requests.py`, import.meta.url).pathname
    await body(JSON.parse(execFileSync(python as string, [script], { encoding: 'utf8', maxBuffer: 2 ** 26 })) as T)
  })
}
