import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { VenueSample } from './sample.js'

const folder = join(process.cwd(), 'test', 'exchange', 'samples')
/** Every venue of the package, by the file it stands in. */
export const venueFiles: readonly string[] = readdirSync(join(process.cwd(), 'src', 'exchange', 'catalogue'))
  .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  .map((file) => file.slice(0, -3))
  .sort()
export const sampleFiles: readonly string[] = readdirSync(folder)
  .map((file) => file.slice(0, -3))
  .sort()

/** An account at every venue. A venue without one fails the suite that asks. */
export const allSamples: readonly VenueSample[] = (
  await Promise.all(
    sampleFiles.map(async (file) => {
      const module = (await import(`./samples/${file}.ts`)) as { readonly samples: readonly VenueSample[] }
      return module.samples
    }),
  )
).flat()
