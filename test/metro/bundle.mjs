// node bundle.mjs ENTRY PLATFORM OUT CACHE: what `react-native bundle` does. A separate process, because Metro needs a newer Node
// than the package does.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Metro from 'metro'
import { FileStore } from 'metro-cache'

const [, , entry, platform, out, cache = ''] = process.argv
const config = await Metro.loadConfig({
  config: fileURLToPath(new URL('metro.config.cjs', import.meta.url)),
  maxWorkers: 1,
})
const quiet = {
  ...config,
  cacheStores: [new FileStore({ root: join(cache, 'transformed') })],
  fileMapCacheDirectory: cache,
  reporter: { update: () => {} },
}
// What becomes bytecode of Hermes is not minified, as `react-native bundle` has it.
await Metro.runBuild(quiet, { entry, platform, dev: false, minify: platform === 'web', out })
