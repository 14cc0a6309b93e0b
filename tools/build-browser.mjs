import { mkdirSync, writeFileSync } from 'node:fs'
import { bundleForBrowser } from './lib/bundle.mjs'
import { ROOT } from './lib/package-map.mjs'

// What a page without a bundler gets: a module to import, and a global for a plain <script>.
const contents = "export * from 'countersign'\nexport * from 'countersign/client/browser-key'\n"

mkdirSync(`${ROOT}dist/browser`, { recursive: true })
for (const [file, options] of /** @type {const} */ ([
  ['countersign.min.js', { format: 'esm' }],
  ['countersign.global.js', { format: 'iife', globalName: 'countersign' }],
])) {
  writeFileSync(`${ROOT}dist/browser/${file}`, (await bundleForBrowser({ contents }, options)).text)
}
// The module's types are those of the entry points it is made from.
writeFileSync(
  `${ROOT}dist/browser/countersign.min.d.ts`,
  "export * from '../client/browser-key.js'\nexport * from '../index.js'\n",
)
