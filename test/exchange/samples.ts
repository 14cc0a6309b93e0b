import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExchangeSample } from './sample.js'

const folder = join(process.cwd(), 'test', 'exchange', 'samples')
/** Every exchange of the package, by the file it stands in. */
export const exchangeFiles: readonly string[] = readdirSync(join(process.cwd(), 'src', 'exchange', 'catalogue'))
  .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  .map((file) => file.slice(0, -3))
  .sort()
export const sampleFiles: readonly string[] = readdirSync(folder)
  .map((file) => file.slice(0, -3))
  .sort()

/** An account at every exchange. An exchange without one fails the suite that asks. */
export const allSamples: readonly ExchangeSample[] = (
  await Promise.all(
    sampleFiles.map(async (file) => {
      const module = (await import(`./samples/${file}.ts`)) as { readonly samples: readonly ExchangeSample[] }
      return module.samples
    }),
  )
).flat()
