import { expect, test } from 'vitest'
import { importTargets, ROOT, sourceAliases } from '../../../tools/lib/package-map.mjs'

const resolve = (condition: string, specifier: string): string | undefined => {
  const alias = sourceAliases([condition]).find(({ find }) => find.test(specifier))
  return alias && specifier.replace(alias.find, alias.replacement).replace(ROOT, '')
}

test('self-imports lead to the source behind the exports map', () => {
  expect(resolve('node', 'countersign')).toBe('src/index.ts')
  expect(resolve('node', 'countersign/rfc9421')).toBe('src/schemes/rfc9421/index.ts')
  expect(resolve('node', 'countersign/server/koa')).toBe('src/server/middleware/koa.ts')
  expect(resolve('node', 'countersign/server/nothing')).toBeUndefined()
  expect(resolve('node', 'countersign-x')).toBeUndefined()
})

test.each([
  ['node', 'native'],
  ['browser', 'portable'],
  ['workerd', 'portable'],
  ['default', 'portable'],
])('under %s the backend is the %s one', (condition, backend) => {
  expect(resolve(condition, '#backend/hash')).toBe(`src/crypto/backend/${backend}/hash.ts`)
})

test('a map without a fitting target is an error', () => {
  const pkg = { imports: { '#x': { node: './dist/x.js' } } } as unknown as Parameters<typeof importTargets>[1]
  expect(() => importTargets(['browser'], pkg)).toThrow('#x has no target for browser')
})
