import { posix } from 'node:path'

const CODE = /^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1|`[^`\n]*`/gm
/** Links and pictures of Markdown, in a line or by reference, and those of HTML in it. */
const LINK = /\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|href)="([^"]+)"|^\[[^\]]+\]:\s*(\S+)/gm
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/i

/**
 * Links and pictures in Markdown that lead to nothing in the same tarball: what a reader has who has installed it.
 * @param {ReadonlySet<string>} paths every file in it
 * @param {(path: string) => string} read
 * @returns {string[]}
 */
export function deadLinks(paths, read) {
  const folders = new Set([...paths].flatMap((path) => path.split('/').map((_, at, all) => all.slice(0, at).join('/'))))
  return [...paths]
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      [...read(path).replace(CODE, '').matchAll(LINK)]
        .map(([, line, attribute, reference]) => line ?? attribute ?? reference ?? '')
        .filter((link) => !ELSEWHERE.test(link))
        .filter((link) => {
          const [place = ''] = link.split(/[?#]/)
          const target = posix.join(posix.dirname(path), decodeURI(place)).replace(/\/$/, '')
          return !paths.has(target) && !folders.has(target)
        })
        .map((link) => `${path} links ${link}, which is not in the package`),
    )
}

/**
 * What `files` of a package.json publishes, of the files of the repository.
 * @param {readonly string[]} files
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
export function published(files, paths) {
  const rule = (/** @type {string} */ glob) =>
    new RegExp(
      `^${glob
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('**/', '\0')
        .replaceAll('*', '[^/]*')
        .replaceAll('\0', '(?:.*/)?')}(?:/|$)`,
    )
  const [without, within] = [files.filter((one) => one.startsWith('!')), files.filter((one) => !one.startsWith('!'))]
  const [never, rules] = [without.map((one) => rule(one.slice(1))), within.map(rule)]
  return paths.filter((path) => rules.some((one) => one.test(path)) && !never.some((one) => one.test(path)))
}
