import { bundleForBrowser } from './bundle.mjs'

const CONTENTS = "export * from 'countersign'\nexport * from 'countersign/client/browser-key'\n"

/** What a page without a bundler gets: a module to import, and a global for a plain <script>. */
export const BROWSER_FILES = /** @type {const} */ ({
  'countersign.min.js': { format: 'esm' },
  'countersign.global.js': { format: 'iife', globalName: 'countersign' },
})

/** @param {keyof typeof BROWSER_FILES} file */
export const browserFile = async (file) => (await bundleForBrowser({ contents: CONTENTS }, BROWSER_FILES[file])).text
