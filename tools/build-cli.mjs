import { chmodSync } from 'node:fs'
import { bundleCli } from './lib/bundle-cli.mjs'
import { ROOT } from './lib/package-map.mjs'

const file = process.argv[2] ?? `${ROOT}dist/cli.js`
await bundleCli(file)
chmodSync(file, 0o755)
