import { createHash } from 'node:crypto'
import { bundleForBrowser } from './bundle.mjs'

/** A page without a bundler has no subpaths: what they export is in one file. */
const CONTENTS = ['', '/client', '/client/browser-key', '/crypto', '/message', '/rfc9421', '/scheme']
  .map((subpath) => `export * from 'countersign${subpath}'\n`)
  .join('')

/** What a page without a bundler gets: a module to import, and a global for a plain <script>. */
export const BROWSER_FILES = /** @type {const} */ ({
  'countersign.min.js': { format: 'esm' },
  'countersign.global.js': { format: 'iife', globalName: 'countersign' },
})

/** @param {keyof typeof BROWSER_FILES} file */
export const browserFile = async (file) => (await bundleForBrowser({ contents: CONTENTS }, BROWSER_FILES[file])).text

/** What a page writes into `integrity`, so that it runs this file and no other (Subresource Integrity, https://www.w3.org/TR/sri/). */
export const integrityOf = (/** @type {string} */ text) =>
  `sha384-${createHash('sha384').update(text).digest('base64')}`
