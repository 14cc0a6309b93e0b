import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { VERSION as ESBUILD } from './lib/bundle.mjs'
import { PACKAGE, ROOT } from './lib/package-map.mjs'

/** @typedef {import('./check-bundles.mjs').Row} Row */

const PAGE = `${ROOT}docs/size.md`
const CHART = `${ROOT}docs/size.svg`
/** Another version of a library or of the bundler moves a row by less. */
const NOISE = 0.01

/** @param {readonly Row[]} rows @param {string} noble */
const pageOf = (rows, noble) => `# Size

What a browser loads, minified and with gzip, in kB of 1 000 bytes, whole and without \`@noble/*\`, which has the hashes and curves. \`npm run size\` prints the table, and fails where a bundle has grown above its ceiling or holds code of something else; \`npm run size -- --files\` names the files in each bundle; \`npm run size -- --write\` writes this page.

In the tables smaller is better. *goal* is what was aimed for, \`< x\` is the ceiling that \`npm run size\` fails above; *whole* behind a goal means that it is for the bundle with \`@noble/*\`.

![Bundles with a goal](size.svg)

## Bundles with a goal or a ceiling

${tableOf(rows.filter(({ limit }) => limit !== ''))}

## Every import alone

${tableOf(rows.filter(({ limit }) => limit === ''))}

Bundled by esbuild ${ESBUILD} for \`es2022\`, with @noble/curves ${noble}.
`

const tableOf = (/** @type {readonly Row[]} */ rows) =>
  [
    '| bundle | without noble | whole | goal (< ceiling) |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(({ name, beside, whole, limit }) => `| ${name} | ${beside} | ${whole} | ${limit} |`),
  ].join('\n')

const noble = () => JSON.parse(readFileSync(`${ROOT}node_modules/@noble/curves/package.json`, 'utf8')).version

/** Writes the page and its chart. @param {readonly Row[]} rows */
export async function writeSizePage(rows) {
  const { installPeers } = await import('../bench/lib/install.mjs')
  installPeers()
  const { barChart } = await import('../bench/lib/chart.mjs')
  const shown = rows.filter(({ limit }) => limit !== '' && !limit.startsWith('<'))
  writeFileSync(PAGE, pageOf(rows, noble()))
  writeFileSync(
    CHART,
    await barChart({
      title: `${PACKAGE.name} ${PACKAGE.version}: bundles with a goal`,
      unit: 'kB, minified, gzip',
      names: shown.map(({ name }) => name),
      series: [
        { name: 'without noble', values: shown.map(({ beside }) => Number(beside)) },
        { name: 'whole', values: shown.map(({ whole }) => Number(whole)) },
      ],
    }),
  )
}

/** Rows of the page that are not what was measured, by more than noise. @param {readonly Row[]} rows */
export function problemsOfSizePage(rows) {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
  const shown = new Map(
    [...page.matchAll(/^\| (.+?) \| ([\d.]+) \| ([\d.]+) \| (.*?) ?\|$/gm)].map(([, name, ...cells]) => [name, cells]),
  )
  const known = new Set(rows.map(({ name }) => name))
  return [
    ...rows.flatMap(({ name, beside, whole, limit }) => {
      const [a, b, c] = shown.get(name) ?? []
      const same = near(a, beside) && near(b, whole) && c === limit
      return same ? [] : [`${name}: ${a ?? 'nothing'} and ${b ?? 'nothing'} in docs/size.md; npm run size -- --write`]
    }),
    ...[...shown.keys()].flatMap((name) => (known.has(name ?? '') ? [] : [`${name}: in docs/size.md, and gone`])),
  ]
}

const near = (/** @type {string | undefined} */ shown, /** @type {string} */ measured) =>
  Math.abs(Number(shown) - Number(measured)) <= Math.max(0.02, Number(measured) * NOISE)
