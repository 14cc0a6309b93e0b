import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { folderHash } from '../test/languages/folder-hash.mjs'
import { ROOT } from './lib/package-map.mjs'

/**
 * What `npm run test:languages -- --write` wrote.
 * @typedef {{ peer: string, language: string, version: string, direction: string, algorithm: string, files: string,
 *   accepted: number, of: number, causes: string }} Seen
 */

const PAGE = `${ROOT}docs/interop.md`
const RESULTS = `${ROOT}test/languages/results.json`
const TABLE = /(<!-- interop: npm run docs:interop -->\n)[\s\S]*?(\n<!-- end of interop -->)/
const ALGORITHMS = ['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256']
const DIRECTIONS = /** @type {const} */ ({
  signs: 'theirs, by us',
  preset: '`rfc9421()`, by theirs',
  compatible: '`compatible()`, by theirs',
  clients: 'the [clients](clients.md), by theirs',
})
const LANGUAGES = ['Python', 'Go', 'Rust', 'JavaScript']

const nameOf = (/** @type {Pick<Seen, 'language' | 'peer'>} */ { language, peer }) => `${language}: \`${peer}\``

/** The page, with its table: what was seen of programs that have changed since counts as not run. */
export function page() {
  /** @type {readonly Seen[]} */
  const all = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : []
  const hashes = new Map(LANGUAGES.map((one) => [one, folderHash(`${ROOT}test/languages/${one.toLowerCase()}/`)]))
  const peers = [...new Map(all.map((one) => [nameOf(one), one])).values()].sort(
    (a, b) => LANGUAGES.indexOf(a.language) - LANGUAGES.indexOf(b.language),
  )
  const rows = peers.flatMap(({ peer, language, version }) =>
    Object.entries(DIRECTIONS).flatMap(([direction, shown], at) => {
      const ran = all.filter((one) => nameOf(one) === nameOf({ language, peer }) && one.direction === direction)
      if (ran.length === 0) return []
      const cells = ALGORITHMS.map((algorithm) => {
        const one = ran.find((other) => other.algorithm === algorithm)
        return one === undefined ? '' : one.files === hashes.get(language) ? `${one.accepted}/${one.of}` : 'not run'
      })
      const causes = [...new Set(ran.flatMap((one) => (one.causes === '' ? [] : one.causes.split('; '))))].join('; ')
      const name =
        at === 0 || (direction === 'preset' && !all.some((one) => one.peer === peer && one.direction === 'signs'))
      return `| ${name ? `${language}: \`${peer}\` ${version}` : ''} | ${shown} | ${cells.join(' | ')} | ${causes} |`
    }),
  )
  const head = `| library | signed, verified | HMAC | Ed25519 | P-256 | RSA-PSS | RSA v1.5 | what it does otherwise |\n| --- | --- | --- | --- | --- | --- | --- | --- |`
  const text = readFileSync(PAGE, 'utf8')
  if (!TABLE.test(text)) throw new Error('docs/interop.md has no place for its table')
  return text.replace(TABLE, (_, before, after) => [before + head, ...rows].join('\n') + after)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = page()
  if (readFileSync(PAGE, 'utf8') !== text) {
    if (process.argv.includes('--check')) {
      console.error('docs/interop.md differs from what was seen: npm run docs:interop')
      process.exitCode = 1
    } else writeFileSync(PAGE, text)
  }
}
