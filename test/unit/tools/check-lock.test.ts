import { expect, test } from 'vitest'
import { checkLock } from '../../../tools/check-lock.mjs'

const ROOT = { dependencies: { a: '^1.0.0' } }

test('a complete lockfile, with a nested and a scoped package', () => {
  const packages = {
    '': ROOT,
    'node_modules/a': { version: '1.0.0', dependencies: { b: '^1.0.0', '@c/d': '^1.0.0' } },
    'node_modules/a/node_modules/b': { version: '1.0.0', dependencies: { '@c/d': '^1.0.0' } },
    'node_modules/@c/d': { version: '1.0.0' },
  }
  expect(checkLock({ packages })).toEqual([])
})

test('an optional package of another platform that was never locked', () => {
  const packages = {
    '': ROOT,
    'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-win32-x64': '1.0.0' } },
  }
  expect(checkLock({ packages })).toEqual(['node_modules/a: "a-win32-x64" has no entry'])
})

test('a dependency of the package itself, and an entry without a version', () => {
  expect(checkLock({ packages: { '': ROOT, 'node_modules/a': {} } })).toEqual(['the package itself: "a" has no entry'])
})

test('an entry that names a host', () => {
  const packages = { '': ROOT, 'node_modules/a': { version: '1.0.0', resolved: 'https://example.com/a.tgz' } }
  expect(checkLock({ packages })).toEqual(['node_modules/a: names where it was downloaded from'])
})
