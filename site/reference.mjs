import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { entryPoints, ROOT } from '../tools/lib/package-map.mjs'
import { slugOf } from './links.mjs'
import { referenceProblems } from './reference-problems.mjs'
import { filesBelow, GENERATED } from './sources.mjs'

/** Where the pages of the reference go: one per subpath of the package. */
export const REFERENCE = `${GENERATED}/reference`

/**
 * The page of a file on the site, which TypeDoc has put into folders of its own: `countersign/client.md` is
 * `reference/client.md`.
 * @param {string} file from the root of the repository
 */
export const referencePath = (file) =>
  `reference/${file
    .slice(REFERENCE.length + 1)
    .replace(/^countersign\//, '')
    // A name that is a folder too gets a number.
    .replace(/-\d+\.md$/, '.md')
    .replace(/(^|\/)README\.md$/, '$1index.md')}`

/**
 * The sidebars of the reference, the narrower ones first: one for each first part that several subpaths share, and one of them all.
 * @param {readonly string[]} files
 */
export function referenceSidebars(files) {
  /** @type {Map<string, Array<{ text: string, link: string }>>} */
  const groups = new Map()
  for (const file of files) {
    const link = `/${referencePath(file).replace(/(?:index)?\.md$/, '')}`
    const path = link.replace(/^\/reference\/|\/$/g, '')
    const [first = ''] = path.split('/')
    if (first === '') continue
    const text = path === 'countersign' ? path : `countersign/${path}`
    groups.set(first, [...(groups.get(first) ?? []), { text, link }])
  }
  const all = { text: 'All subpaths', link: '/reference/' }
  const several = [...groups].filter(([, items]) => items.length > 1)
  return Object.fromEntries([
    ...several.map(([first, items]) => [
      `/reference/${first}`,
      [{ text: `countersign/${first}`, items: [all, ...items] }],
    ]),
    [
      '/reference/',
      [
        {
          text: 'API reference',
          items: [
            all,
            ...[...groups].map(([first, items]) =>
              items.length === 1 ? items[0] : { text: `countersign/${first} …`, link: items[0]?.link },
            ),
          ],
        },
      ],
    ],
  ])
}

/**
 * What TypeDoc calls the module of a file.
 * @param {string} source
 */
const moduleName = (source) => source.replace(/^src\//, '').replace(/(?:(?<=.)\/index)?\.ts$/, '')

/** Writes one page per subpath, from the doc comments. */
export async function writeReference() {
  // Their types are there only after the installation.
  const TYPEDOC = /** @type {string} */ ('typedoc')
  const { Application, ReflectionKind } = await import(TYPEDOC)
  const points = entryPoints()
  const app = await Application.bootstrapWithPlugins({
    entryPoints: points.map(({ source }) => ROOT + source),
    tsconfig: `${ROOT}tsconfig.node.json`,
    plugin: ['typedoc-plugin-markdown'],
    name: 'API reference',
    readme: 'none',
    outputFileStrategy: 'modules',
    outputs: [{ name: 'markdown', path: ROOT + REFERENCE }],
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    skipErrorChecking: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    expandObjects: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    logLevel: 'Warn',
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('site: the sources could not be read')
  const bySource = new Map(points.map(({ source, specifier }) => [moduleName(source), specifier]))
  for (const module of project.children ?? []) module.name = bySource.get(module.name) ?? module.name
  // In this order a file that is a folder too is met first, and keeps its name.
  project.children?.sort((/** @type {any} */ a, /** @type {any} */ b) => (a.name < b.name ? -1 : 1))
  rmSync(ROOT + REFERENCE, { recursive: true, force: true })
  const problems = referenceProblems(project, ReflectionKind)
  if (problems.length > 0) throw new Error(`site: the reference has gaps\n${problems.join('\n')}`)
  await app.generateOutputs(project)
  for (const file of filesBelow(REFERENCE, '.md')) {
    const text = readFileSync(ROOT + file, 'utf8')
    writeFileSync(ROOT + file, shortened(text))
  }
}

/**
 * A list in place of a heading for each name that another page describes.
 * @param {string} text
 */
export const shortened = (text) =>
  numbered(text)
    .replace(/^## References$/m, '## Also exported')
    .replace(/^### .+\n\nRe-exports (\[.+\]\(.+\))\n(?:\n\*\*\*\n\n?)?/gm, '- $1\n')
    .replace(/^### (.+?)(?: \{#.+\})?\n\nRenames and re-exports (\[.+\]\(.+\))\n(?:\n\*\*\*\n\n?)?/gm, '- $1: $2\n')

/**
 * The headings of a page of the reference down to the names, each with the paragraph below it: what the search reads.
 * @param {string} text
 */
export const namesOf = (text) =>
  text
    .split(/^(?=#{1,6} )/m)
    .filter((part) => /^#{1,3} /.test(part))
    .map((part) => {
      const [heading = '', ...rest] = part.replace(/^```[\s\S]*?^```$/gm, '').split(/\n{2,}/)
      return `${heading}\n\n${rest.find((paragraph) => paragraph.trim() !== '') ?? ''}\n`
    })
    .join('\n')

/**
 * Writes the anchors that TypeDoc has counted into the headings, since some of the headings go; a link to a number that no
 * heading has (a member with the same letters took it) leads to the heading itself.
 * @param {string} text
 */
function numbered(text) {
  /** @type {Map<string, number>} */
  const seen = new Map()
  return text
    .replace(/^```[\s\S]*?^```$|^(#{1,6} )(.+)$/gm, (all, marks, heading) => {
      if (marks === undefined) return all
      const slug = slugOf(heading)
      const before = seen.get(slug) ?? 0
      seen.set(slug, before + 1)
      return before === 0 ? all : `${all} {#${slug}-${before}}`
    })
    .replace(/\]\(#([\w-]+?)-(\d+)\)/g, (all, slug, number) => {
      const headings = seen.get(slug) ?? 0
      return headings > 0 && headings <= Number(number) ? `](#${slug})` : all
    })
}
