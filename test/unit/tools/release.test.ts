import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PACKAGE } from '../../../tools/lib/package-map.mjs'
import { billOfMaterials, billProblems, installedWith, releaseProblems, withAddress } from '../../../tools/release.mjs'

const ADDRESS = 'https://code.example/owner/countersign'
const right = {
  address: ADDRESS,
  manifest: { name: 'countersign', version: '1.2.3' },
  changelog: '# Changelog\n\n## 1.2.3\n\n- A fix.\n\n## 1.2.2\n\n- Another.\n',
  dirty: '',
  tags: ['v1.2.3'],
}

test('a tagged, clean commit with an address and a changelog may be published', () => {
  expect(releaseProblems(right)).toEqual([])
})

test('nothing is published without the public address of the repository', () => {
  expect(releaseProblems({ ...right, address: undefined })).toEqual([
    '--repository is missing: the public address of the repository, such as https://example.com/owner/name',
  ])
})

test.each(['http://code.example/owner/name', 'code.example/owner/name', 'https://code.example', `${ADDRESS}/`])(
  'an address that cannot be right is refused: %s',
  (address) => {
    expect(releaseProblems({ ...right, address })).toEqual([
      `--repository must be an https address of a repository, got "${address}"`,
    ])
  },
)

test('a manifest that names an address itself, a dirty tree, a missing tag and a missing section are refused', () => {
  expect(
    releaseProblems({
      ...right,
      manifest: { ...right.manifest, version: '2.0.0', bugs: 'https://code.example' },
      changelog: '## Unreleased\n\n- A fix.\n\n## 2.0.0\n\n## 1.0.0\n\n- First.\n',
      dirty: ' M README.md\n',
    }),
  ).toEqual([
    'package.json must not name "bugs": publishing sets it',
    'CHANGELOG.md must say what is in 2.0.0 under "## 2.0.0"',
    'CHANGELOG.md must have no section "Unreleased" in a release',
    'the working tree must be clean: what is published is what is committed',
    'the commit must have the tag v2.0.0',
  ])
})

test('what is published names the address in all three places', () => {
  expect(withAddress(right.manifest, ADDRESS)).toEqual({
    name: 'countersign',
    version: '1.2.3',
    repository: { type: 'git', url: `git+${ADDRESS}.git` },
    homepage: `${ADDRESS}#readme`,
    bugs: { url: `${ADDRESS}/issues` },
  })
})

test('this package names an author and its browser bundle, and no address', () => {
  const manifest = PACKAGE as unknown as Readonly<Record<string, unknown>>
  expect(manifest['author']).toBe('Countersign maintainers')
  expect(manifest['unpkg']).toBe('./dist/browser/countersign.global.js')
  expect(manifest['jsdelivr']).toBe(manifest['unpkg'])
  expect(['repository', 'homepage', 'bugs'].filter((name) => name in manifest)).toEqual([])
})

test('the changelog names the version of the package first', () => {
  expect(/^## (.+)$/m.exec(readFileSync('CHANGELOG.md', 'utf8'))?.[1]).toBe(PACKAGE.version)
})

test('the workflows run what a change has to pass', () => {
  const workflows = readdirSync('.github/workflows')
  expect(workflows.sort()).toEqual(['ci.yml', 'release.yml', 'tables.yml'])
  const textOf = (name: string): string => readFileSync(`.github/workflows/${name}`, 'utf8')
  for (const name of ['ci.yml', 'release.yml']) expect(textOf(name)).toContain('run: bash .ci/run')
  // It changes nothing by itself: what it offers is a pull request, which the first one checks.
  expect(textOf('tables.yml')).toContain('run: npm run tables')
  expect(textOf('tables.yml')).toContain('gh pr create')
})

test('the bill of materials names what is installed with the package, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bill-'))
  try {
    const bill: Parameters<typeof billProblems>[0] & { metadata: { component: object } } = billOfMaterials(folder)
    expect(billProblems(bill, PACKAGE.dependencies)).toEqual([])
    expect(bill.metadata.component).toMatchObject({ name: PACKAGE.name, version: PACKAGE.version })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a bill of materials that lacks or adds something is refused', () => {
  expect(billProblems({ bomFormat: 'SPDX', components: [{ name: 'b' }] }, { a: '1' })).toEqual([
    'the bill of materials is not in the form of CycloneDX',
    'the bill of materials lacks a',
    'the bill of materials names b',
  ])
  const packages = { 'node_modules/a': { dependencies: { b: '1' } }, 'node_modules/b': {}, 'node_modules/c': {} }
  expect(Object.keys(installedWith(packages, { a: '1' }))).toEqual(['node_modules/a', 'node_modules/b'])
  expect(() => installedWith(packages, { d: '1' })).toThrow('package-lock.json has no node_modules/d')
})

test('the release is published with provenance, and its bill of materials is kept', () => {
  const workflow = readFileSync('.github/workflows/release.yml', 'utf8')
  expect(workflow).toMatch(/id-token: write/)
  expect(workflow).toMatch(/path: dist\/sbom\.cdx\.json/)
  // Every action by its commit: a tag can be moved.
  for (const [, ref] of workflow.matchAll(/uses: \S+@(\S+)/g)) expect(ref).toMatch(/^[0-9a-f]{40}$/)
})
