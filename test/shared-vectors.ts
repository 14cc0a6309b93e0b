import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'

// The project's tests run with its root as the working directory; the shared folder, where there is one, stands beside it.
const root = join(process.cwd(), '..', 'shared', 'vectors')

/** True where the shared vectors are present. */
export const haveSharedVectors: boolean = existsSync(root)

/** A JSON file of the shared vectors. Call it only inside {@link describeShared}. */
export const sharedJson = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T

/** A text file of the shared vectors. */
export const sharedText = (path: string): string => readFileSync(join(root, path), 'utf8')

/** A suite over shared vectors: runs where they are, and is reported as skipped, by name, where they are not. */
export function describeShared(name: string, body: () => void): void {
  if (haveSharedVectors) {
    describe(name, body)
    return
  }
  console.warn(`SKIPPED (no shared vectors beside this checkout): ${name}`)
  describe.skip(`${name} [SKIPPED: no shared vectors beside this checkout]`, () => {
    // A suite without a test would vanish from the counts.
    test('these tests were not run', body)
  })
}
