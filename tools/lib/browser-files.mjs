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
