import { build } from 'esbuild'
import { sourceAliases } from '../../tools/lib/package-map.mjs'

/** An example as `wrangler` would bundle it, from these sources. */
export async function bundled(file) {
  const { outputFiles } = await build({
    stdin: { contents: `export { default } from './docs/examples/${file}'`, resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'error',
    plugins: [
      {
        name: 'sources',
        setup: ({ onResolve }) => {
          for (const { find, replacement } of sourceAliases(['workerd']))
            onResolve({ filter: find }, ({ path }) => {
              const source = path.replace(find, replacement)
              return { path: source.endsWith('.ts') ? source : `${source}.ts` }
            })
        },
      },
    ],
  })
  return outputFiles[0].text
}
