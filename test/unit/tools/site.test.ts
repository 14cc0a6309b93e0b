import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { siteLink, slugOf } from '../../../site/links.mjs'
import { GROUPS, pathOf, problemsOf } from '../../../site/pages.mjs'
import { namesOf, referencePath, referenceSidebars, shortened } from '../../../site/reference.mjs'
import { referenceProblems } from '../../../site/reference-problems.mjs'
import { writtenPages } from '../../../site/sources.mjs'

describe('the sidebar of the site', () => {
  it('has one row for every page', () => {
    expect(problemsOf(writtenPages())).toEqual([])
  })

  it('refuses a page without a row, a row without a page and a page with two rows', () => {
    const row = { file: 'docs/a.md', title: 'A' }
    const groups = [{ text: 'Group', pages: [row, row, { file: 'docs/gone.md', title: 'Gone' }] }]
    expect(problemsOf(['docs/a.md', 'docs/new.md'], groups)).toEqual([
      'docs/new.md has no row in site/pages.mjs',
      'site/pages.mjs names docs/gone.md, which does not exist',
      'site/pages.mjs names docs/a.md twice',
    ])
  })

  it('gives every page a separate path', () => {
    const paths = GROUPS.flatMap(({ pages }) => pages.map(({ file }) => pathOf(file)))
    expect(new Set(paths).size).toBe(paths.length)
    expect([pathOf('README.md'), pathOf('docs/start/bot.md')]).toEqual(['readme', 'start/bot'])
  })
})

describe('a link of a page', () => {
  const urls = new Map([
    ['docs/keys.md', '/keys.md'],
    ['README.md', '/readme.md'],
  ])
  const on = (page: string, href: string): string => siteLink(page, href, (file: string) => urls.get(file))

  it.each([
    ['docs/client.md', 'keys.md#vaults', '/keys.md#vaults'],
    ['docs/start/bot.md', '../keys.md', '/keys.md'],
    ['docs/client.md', '../README.md', '/readme.md'],
    ['docs/client.md', '#here', '#here'],
    ['docs/client.md', 'https://example.com/a.md', 'https://example.com/a.md'],
  ])('on %s, %s leads to %s', (page, href, url) => {
    expect(on(page, href)).toBe(url)
  })

  it('to a file that the site does not show fails the build', () => {
    expect(() => on('docs/client.md', '../src/errors.ts')).toThrow(
      'docs/client.md links to ../src/errors.ts, which no page of the site shows',
    )
  })

  it('has the anchor that the host of a repository gives the heading', () => {
    const headings = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^### ([A-Z_]+)$/gm)]
    expect(slugOf(headings[0]?.[1] ?? '')).toMatch(/^[a-z_]+$/)
    expect(slugOf('Is it `ready`? (2 s)')).toBe('is-it-ready-2-s')
  })
})

describe('the reference', () => {
  const KINDS = { Reference: 1, Function: 2, Class: 3, Interface: 4 }
  const comment = (text: string, example = false) => ({
    summary: text === '' ? [] : [{ text }],
    getTag: () => (example ? {} : undefined),
  })
  const problems = (...children: object[]): string[] =>
    referenceProblems({ children: [{ name: 'countersign/client', children }] }, KINDS)

  it('is refused where an export has no text, or a function no example', () => {
    expect(
      problems(
        { kind: KINDS.Interface, name: 'bare' },
        { kind: KINDS.Interface, name: 'empty', comment: comment('') },
        { kind: KINDS.Function, name: 'unshown', signatures: [{ comment: comment('Signs.') }] },
        { kind: KINDS.Function, name: 'shown', signatures: [{}, { comment: comment('Signs.', true) }] },
        { kind: KINDS.Interface, name: 'described', comment: comment('Options.') },
        { kind: KINDS.Reference, name: 'elsewhere' },
      ),
    ).toEqual([
      'countersign/client bare has no doc comment',
      'countersign/client empty has no doc comment',
      'countersign/client unshown has no example',
    ])
  })

  it('lists what another page describes', () => {
    const text =
      '## References\n\n### Body\n\nRe-exports [Body](message.md#body)\n\n***\n\n### Secret\n\nRe-exports [Secret](crypto.md#secret)\n'
    expect(shortened(text)).toBe('## Also exported\n\n- [Body](message.md#body)\n- [Secret](crypto.md#secret)\n')
  })

  it('keeps the anchors of headings behind one that became a row of the list', () => {
    const text = '## References\n\n### Clock\n\nRe-exports [Clock](a.md#clock)\n\n***\n\n### clock()\n'
    expect(shortened(text)).toBe('## Also exported\n\n- [Clock](a.md#clock)\n### clock() {#clock-1}\n')
    expect(shortened('### Clock\n\n[Clock](#clock-1)\n')).toBe('### Clock\n\n[Clock](#clock)\n')
  })

  it('gives the search its names with a paragraph each', () => {
    const text =
      '# m\n\n## Functions\n\n### f()\n\n```ts\nfunction f(): void;\n```\n\nDoes it.\n\nMore.\n\n#### Returns\n\nvoid\n'
    expect(namesOf(text)).not.toMatch(/void|More|Returns/)
    expect(namesOf(text)).toContain('### f()\n\nDoes it.\n')
  })

  it('has its pages below the subpath', () => {
    const below = (name: string): string => `site/generated/reference/${name}`
    expect(referencePath(below('countersign/exchange/README.md'))).toBe('reference/exchange/index.md')
    expect(referencePath(below('countersign.md'))).toBe('reference/countersign.md')
    const files = [below('countersign/a.md'), below('countersign/b/README.md'), below('countersign/b/c.md')]
    const all = { text: 'All subpaths', link: '/reference/' }
    const [a, b, c] = [
      { text: 'countersign/a', link: '/reference/a' },
      { text: 'countersign/b', link: '/reference/b/' },
      { text: 'countersign/b/c', link: '/reference/b/c' },
    ]
    const bars = referenceSidebars(files)
    expect(Object.keys(bars)).toEqual(['/reference/b', '/reference/'])
    expect(bars).toEqual({
      '/reference/b': [{ text: 'countersign/b', items: [all, b, c] }],
      '/reference/': [{ text: 'API reference', items: [all, a, { ...b, text: 'countersign/b …' }] }],
    })
  })
})
