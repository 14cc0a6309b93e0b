import { bundleCli } from './lib/bundle-cli.mjs'
import { ROOT } from './lib/package-map.mjs'

await bundleCli(process.argv[2] ?? `${ROOT}dist`)
