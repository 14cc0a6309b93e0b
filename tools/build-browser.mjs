import { mkdirSync, writeFileSync } from 'node:fs'
import { BROWSER_FILES, browserFile, integrityOf } from './lib/browser-files.mjs'
import { ROOT } from './lib/package-map.mjs'

mkdirSync(`${ROOT}dist/browser`, { recursive: true })
/** @type {Record<string, string>} */
const integrity = {}
for (const file of /** @type {(keyof typeof BROWSER_FILES)[]} */ (Object.keys(BROWSER_FILES))) {
  const text = await browserFile(file)
  writeFileSync(`${ROOT}dist/browser/${file}`, text)
  integrity[file] = integrityOf(text)
}
writeFileSync(`${ROOT}dist/browser/integrity.json`, `${JSON.stringify(integrity, null, 2)}\n`)
// The module's types are those of the entry points it is made from.
writeFileSync(
  `${ROOT}dist/browser/countersign.min.d.ts`,
  [
    'client/browser-key',
    'client/index',
    'crypto/index',
    'index',
    'message/index',
    'schemes/index',
    'schemes/rfc9421/index',
  ]
    .map((file) => `export * from '../${file}.js'\n`)
    .join(''),
)
