// The debugging page as one file: node tools/build-inspector.mjs [file]
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { bundleInspector } from './lib/bundle-inspector.mjs'
import { ROOT } from './lib/package-map.mjs'

const file = process.argv[2] ?? `${ROOT}dist/inspector/index.html`
const { html, gzipBytes } = await bundleInspector()
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, html)
console.log(
  `inspector: ${Object.entries(gzipBytes)
    .map(([what, bytes]) => `${what} ${(bytes / 1_000).toFixed(1)} kB`)
    .join(', ')} in gzip`,
)
