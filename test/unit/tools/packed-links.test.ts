import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PACKAGE, ROOT } from '../../../tools/lib/package-map.mjs'
import { deadLinks, published } from '../../../tools/lib/packed-links.mjs'

test('every relative link and picture in the published Markdown is published too', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0')
  const paths = published(PACKAGE.files, tracked)
  expect(paths).toContain('docs/start/bot.md')
  expect(deadLinks(new Set(paths), (path) => readFileSync(join(ROOT, path), 'utf8'))).toEqual([])
})

test('a link, a picture and a reference that lead to nothing are found, in each form', () => {
  const text = [
    '[a](a.md) [b](b.md#x) ![p](p/q.svg "title") <img src="r.svg"> [c]: c.md',
    '[c]: c.md',
    '[web](https://example.com) [here](#there) [folder](p/) `[code](none.md)`',
    '```md\n[code](none.md)\n```',
  ].join('\n')
  const paths = new Set(['docs/x.md', 'docs/a.md', 'docs/p/other.svg'])
  expect(deadLinks(paths, (path) => (path === 'docs/x.md' ? text : ''))).toEqual(
    ['b.md#x', 'p/q.svg', 'r.svg', 'c.md'].map((link) => `docs/x.md links ${link}, which is not in the package`),
  )
})

test('what a package publishes is what its list names, without what it leaves out', () => {
  const files = ['docs', '!docs/**/*.jpg', '!docs/.site', 'v/*.json', 'README.md']
  const kept = ['docs/a.md', 'docs/p/b.svg', 'v/a.json', 'README.md']
  const left = ['docs/p/c.jpg', 'docs/d.jpg', 'docs/.site/x.html', 'v/w/a.json', 'src/a.ts', 'docs2/x']
  expect(published(files, [...kept, ...left])).toEqual(kept)
})
