import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { siteLink, slugOf } from '../../../site/links.mjs'
import { GROUPS, pathOf, problemsOf } from '../../../site/pages.mjs'
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

  it('gives every page a path of its own', () => {
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
