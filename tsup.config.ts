import { defineConfig } from 'tsup'

// One file out per file in: stack traces stay readable, and every class exists once whichever subpath it comes from.
export default defineConfig({
  // The command and the pages are bundles: tools/build-cli.mjs, tools/build-inspector.mjs, tools/build-console.mjs.
  entry: ['src/**/*.ts', '!src/cli/**', '!src/inspector/**', '!src/console/page/**'],
  format: 'esm',
  target: 'es2022',
  bundle: false,
  // Unbundled output reads like its source; maps would double what is installed.
  sourcemap: false,
  clean: true,
})
