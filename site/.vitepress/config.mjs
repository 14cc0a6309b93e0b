import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { defineConfig } from 'vitepress'
import { PACKAGE, ROOT } from '../../tools/lib/package-map.mjs'
import { siteLinks, slugOf } from '../links.mjs'
import { GROUPS, pathOf } from '../pages.mjs'
import { namesOf, REFERENCE, referencePath, referenceSidebars } from '../reference.mjs'
import { DOWNLOADS, filesBelow, GENERATED, OUTPUT, programs, writtenPages } from '../sources.mjs'

const reference = filesBelow(REFERENCE, '.md')
const examples = filesBelow(`${GENERATED}/examples`, '.md')
/** From a file of the repository to the page of the site, as `docs/client.md` to `client.md`. */
const rewrites = Object.fromEntries([
  ...writtenPages().map((file) => [file, `${pathOf(file)}.md`]),
  ...examples.map((file) => [file, file.slice(`${GENERATED}/`.length)]),
  ...reference.map((file) => [file, referencePath(file)]),
  ['site/index.md', 'index.md'],
])
const sources = new Map(Object.entries(rewrites).map(([file, page]) => [page, file]))
const shown = new Map([
  ...Object.entries(rewrites).map(([file, page]) => /** @type {const} */ ([file, `/${page}`])),
  ...programs().map(
    (file) => /** @type {const} */ ([file, `/examples/${file.split('/').at(-1)?.replace('.mjs', '.md')}`]),
  ),
  ['docs/examples', '/examples/index.md'],
  ...DOWNLOADS.map((file) => /** @type {const} */ ([file, file.slice('docs'.length)])),
])

export default defineConfig({
  title: 'countersign',
  description: PACKAGE.description,
  lang: 'en',
  srcDir: ROOT,
  outDir: `${ROOT}${OUTPUT}`,
  srcExclude: ['{src,test,bench,clients,demo,tools,dist,coverage}/**', `${OUTPUT}/**`],
  rewrites,
  // Dates would come from the history, which a tarball does not have.
  lastUpdated: false,
  head: [
    [
      'link',
      {
        rel: 'icon',
        href: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 1l6 2v5c0 3.5-2.5 6-6 7-3.500-1-6-3.500-6-7V3z" fill="%231d6f5c"/><path d="M5 8l2.200 2.200L11.500 6" fill="none" stroke="white" stroke-width="1.600"/></svg>',
      },
    ],
  ],
  markdown: {
    // The usual pair is too pale on the ground of its blocks.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: slugOf },
    config: (md) => {
      md.use(siteLinks, {
        urlOf: (file) => shown.get(file),
        // A page is rendered under its place on the site.
        fileOf: (env) => sources.get(env.relativePath) ?? env.relativePath,
      })
    },
  },
  buildEnd: () => {
    for (const file of DOWNLOADS) {
      const target = `${ROOT}${OUTPUT}/${file.slice('docs/'.length)}`
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(ROOT + file, target)
    }
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        // Of the reference the names are found, with what stands below them; the types would bury everything else.
        _render: (source, env, md) =>
          md.render(/(?:^|\/)reference\//.test(env.relativePath) ? namesOf(source) : source, env),
        miniSearch: { searchOptions: { boostDocument: (id) => (id.includes('/reference/') ? 0.5 : 1) } },
      },
    },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guide', link: '/readme', activeMatch: '^/(?!reference/|errors|examples/)' },
      { text: 'API', link: '/reference/', activeMatch: '^/reference/' },
      { text: 'Examples', link: '/examples/', activeMatch: '^/examples/' },
      { text: 'Error codes', link: '/errors', activeMatch: '^/errors' },
    ],
    sidebar: {
      ...referenceSidebars(reference),
      '/examples/': [
        {
          text: 'Examples',
          items: [
            { text: 'All programs', link: '/examples/' },
            ...examples
              .map((file) => file.slice(`${GENERATED}/examples/`.length, -'.md'.length))
              .filter((name) => name !== 'index')
              .map((name) => ({ text: name, link: `/examples/${name}` })),
          ],
        },
      ],
      '/': GROUPS.map(({ text, pages }) => ({
        text,
        items: pages.map(({ file, title }) => ({ text: title, link: `/${pathOf(file)}` })),
      })),
    },
  },
})
