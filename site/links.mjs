import { posix } from 'node:path'

/**
 * Pages link to files of the repository, so that they can be read there as they are. On the site the same links lead to pages.
 *
 * @param {string} from the page, from the root of the repository
 * @param {string} href as it stands in the page
 * @param {(file: string) => string | undefined} urlOf the page of the site that shows a file or folder
 * @returns {string} the same for a link that leads elsewhere
 */
export function siteLink(from, href, urlOf) {
  if (/^(?:[a-z][a-z\d+.-]*:|\/|#)/i.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const file = posix.join(posix.dirname(from), path)
  const url = urlOf(file)
  if (url === undefined) throw new Error(`${from} links to ${href}, which no page of the site shows`)
  return anchor === undefined ? url : `${url}#${anchor}`
}

/**
 * The anchor of a heading, as the hosts of repositories make it: links with anchors work in both places.
 * @param {string} heading
 */
export const slugOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .trim()
    .replaceAll(' ', '-')

/**
 * Plugin of markdown-it.
 * @param {any} md
 * @param {{ urlOf: (file: string) => string | undefined, fileOf: (env: any) => string }} options
 */
export function siteLinks(md, { urlOf, fileOf }) {
  md.core.ruler.push('site-links', (/** @type {any} */ state) => {
    for (const { children } of state.tokens)
      for (const token of children ?? []) {
        if (token.type !== 'link_open') continue
        token.attrSet('href', siteLink(fileOf(state.env), token.attrGet('href'), urlOf))
      }
  })
}
