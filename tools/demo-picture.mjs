import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/package-map.mjs'

/**
 * The picture of the demo's output that the README shows: what the program prints, as a terminal shows it. Needs a build.
 *
 *     node tools/demo-picture.mjs            fails when the demo prints something else than the picture shows
 *     node tools/demo-picture.mjs --write    draws it
 */
const FILE = 'docs/demo.svg'
const WIDTH = 9.6
const LINE = 20

/** The colours of the demo's table, by their ANSI code. */
const STYLES = /** @type {const} */ ({
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#f2cc60"',
})

const escaped = (/** @type {string} */ text) =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char)

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that a terminal reads
const COLOUR = /\u001b\[(\d+)m([^\u001b]*)\u001b\[0m/g

/**
 * A line as an SVG text. Spaces stay: the table is aligned by them.
 * @param {string} line
 * @param {number} at
 */
const drawn = (line, at) => {
  const spans = escaped(line).replace(COLOUR, (_, code, text) => {
    const style = STYLES[/** @type {keyof typeof STYLES} */ (Number(code))]
    return style === undefined ? text : `<tspan ${style}>${text}</tspan>`
  })
  return `<text x="20" y="${40 + at * LINE}" xml:space="preserve">${spans}</text>`
}

/**
 * @param {string} output with ANSI colours
 * @returns {string}
 */
export function picture(output) {
  const lines = ['$ npm run demo', '', ...output.trimEnd().split('\n')]
  const plain = lines.map((line) => line.replace(COLOUR, '$2'))
  const width = Math.ceil(40 + Math.max(...plain.map((line) => line.length)) * WIDTH)
  const height = 50 + lines.length * LINE
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Output of npm run demo">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="16" fill="#e6edf3">
${lines.map(drawn).join('\n')}
</g>
</svg>
`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const env = { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' }
  const drawing = picture(execFileSync(process.execPath, ['demo/demo.mjs'], { cwd: ROOT, encoding: 'utf8', env }))
  if (process.argv.includes('--write')) writeFileSync(ROOT + FILE, drawing)
  else if (readFileSync(ROOT + FILE, 'utf8') !== drawing) {
    console.error(`demo: ${FILE} shows something else: node tools/demo-picture.mjs --write`)
    process.exitCode = 1
  }
}
