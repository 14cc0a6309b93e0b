import { build } from 'esbuild'
import { PACKAGE, ROOT } from './package-map.mjs'

/**
 * The command as one file for Node. What only a few commands need is looked up in the user's own project when it is asked for.
 * @param {string} outfile
 */
export async function bundleCli(outfile) {
  await build({
    entryPoints: [`${ROOT}src/cli/main.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    // Names stay: a fault of the program should be readable.
    legalComments: 'none',
    define: { COUNTERSIGN_VERSION: JSON.stringify(PACKAGE.version) },
    alias: { '#backend': `${ROOT}src/crypto/backend/native` },
    external: Object.keys(PACKAGE.peerDependencies),
    // commander and tab are CommonJS and modules: what they require() of Node needs a require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
}
