import { expect, test } from 'vitest'
import { checkContent, MAX_UNPACKED_BYTES } from '../../../tools/check-package.mjs'
import { entryPoints } from '../../../tools/lib/package-map.mjs'

const COMPLETE = [
  ...[
    'package.json',
    'README.md',
    'LICENSE',
    'SECURITY.md',
    'CHANGELOG.md',
    'dist/cli.js',
    'dist/inspector/index.html',
    'dist/browser/integrity.json',
  ],
  ...['min.js', 'min.d.ts', 'global.js'].map((end) => `dist/browser/countersign.${end}`),
  ...entryPoints().flatMap(({ dist, types }) => [dist.slice(2), types.slice(2)]),
].map((path) => ({ path, size: 1000 }))

test('a complete tarball has no problem', () => {
  expect(checkContent(COMPLETE)).toEqual([])
})

test.each([
  'src/index.ts',
  'test/a.test.ts',
  'dist/index.ts',
  'dist/.tsbuildinfo',
  '.npmrc',
  'node_modules/x/index.js',
])('%s must not be published', (path) => {
  expect(checkContent([...COMPLETE, { path, size: 1 }])).toEqual([`${path} must not be published`])
})

test.each(['LICENSE', 'dist/cli.js', 'dist/server/index.d.ts', 'dist/browser/countersign.min.js'])(
  '%s must be published',
  (path) => {
    expect(checkContent(COMPLETE.filter((file) => file.path !== path))).toEqual([`${path} is missing`])
  },
)

test('an install must stay small', () => {
  expect(checkContent([...COMPLETE, { path: 'docs/large.md', size: MAX_UNPACKED_BYTES }])).toEqual([
    expect.stringMatching(/^\d+ bytes unpacked, \d+ too many$/),
  ])
})
