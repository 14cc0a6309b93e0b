import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

// The tools are JavaScript, which this program does not look into.
const TOOL: string = '../../tools/options-page.mjs'
const { publicOptions, undocumented } = (await import(TOOL)) as {
  publicOptions: () => ReadonlyArray<{
    readonly name: string
    readonly options: ReadonlyArray<{ readonly name: string; readonly text: string }>
  }>
  undocumented: (text: string, all?: object) => string[]
}

const pages = readdirSync('docs').filter((name) => name.endsWith('.md'))
const textOf = (name: string): string => readFileSync(`docs/${name}`, 'utf8')
const codes = textOf('errors.md').split(/^### /m).slice(1)

describe('the pages', () => {
  it('name every option of every public function', () => {
    const text = [...pages.map(textOf), readFileSync('README.md', 'utf8')].join('\n')
    expect(undocumented(text), 'missing in docs/*.md: npm run docs:options').toEqual([])
    const invented = [
      { name: 'AnyOptions', specifier: 'countersign', options: [{ name: 'noSuchOption', text: '', required: false }] },
    ]
    expect(undocumented(text, invented)).toEqual(['AnyOptions.noSuchOption'])
  }, 120_000)

  it('say of every option what it means', () => {
    const bare = publicOptions().flatMap(({ name, options }) =>
      options.filter(({ text }) => text === '').map((option) => `${name}.${option.name}`),
    )
    expect(bare, 'options without a doc comment').toEqual([])
  }, 120_000)

  it('explain by hand what a name does not say', () => {
    const byHand = pages
      .filter((name) => name !== 'options.md')
      .map(textOf)
      .join('\n')
    for (const name of [
      'exemptPreflight',
      'keepRawBody',
      'forwarded',
      'cost',
      'onClose',
      'routes',
      'strict',
      'balances',
      'rawBody',
    ])
      expect(byHand, name).toMatch(new RegExp(`\\b${name}\\b`))
    expect(textOf('api-keys.md')).toContain('### Make a key-encryption key')
    expect(textOf('rfc9421.md')).toContain('draft-cavage')
  })

  it.each(codes.map((text) => [text.split('\n')[0] as string, text] as const))(
    'say of %s what it means, what usually causes it and what to do',
    (_code, text) => {
      const [, meaning = '', causes = '', fix = ''] =
        /\n\n(.+)\n\n- Usual causes: (.+)\n- What to do: (.+)/.exec(text) ?? []
      for (const part of [meaning, causes, fix]) expect(part.length).toBeGreaterThan(10)
    },
  )

  it('show real values: no snippet declares what it uses', () => {
    const declared = [...pages.map(textOf), readFileSync('README.md', 'utf8')].flatMap(
      (text) => text.match(/^declare const .*/gm) ?? [],
    )
    expect(declared).toEqual([])
  })
})

describe('the Jest configuration of runtimes.md', () => {
  const block = /```json jest\n([\s\S]*?)```/.exec(textOf('runtimes.md'))?.[1] ?? ''
  const config = JSON.parse(block) as { transform: Record<string, unknown>; transformIgnorePatterns: string[] }
  const ignored = (path: string): boolean => config.transformIgnorePatterns.some((one) => new RegExp(one).test(path))

  it('transforms this package and the one it depends on, and nothing else that is installed', () => {
    const own = ['countersign/dist/index.js', '@noble/hashes/sha2.js', '@noble/curves/nist.js']
    const roots = ['/app/node_modules/', '/app/node_modules/.pnpm/countersign@1.0.0/node_modules/']
    for (const root of roots) for (const path of own) expect(ignored(root + path), root + path).toBe(false)
    for (const path of ['express/index.js', 'countersign-other/index.js', '@noblesse/x.js'])
      expect(ignored(`/app/node_modules/${path}`), path).toBe(true)
    const [pattern = ''] = Object.keys(config.transform)
    expect('/app/node_modules/countersign/dist/index.js').toMatch(new RegExp(pattern))
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object }
    expect(Object.keys(dependencies).every((name) => name.startsWith('@noble/'))).toBe(true)
  })
})
