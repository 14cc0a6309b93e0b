import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { defineExchange, type ExchangeFactory, type ExchangeSpec } from '../../../src/exchange/index.js'

const EXCHANGE = new URL('../../../src/exchange/', import.meta.url)
const parsed = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(new URL(path, EXCHANGE), 'utf8'), ts.ScriptTarget.Latest, true)

/** The members of an exchange's data, in the order in which they are declared. */
const ORDER = parsed('spec/spec.ts')
  .statements.filter(ts.isInterfaceDeclaration)
  .find(({ name }) => name.text === 'ExchangeSpec')
  ?.members.map((member) => (member.name as ts.Identifier).text) as string[]

/** Those whose rules stand apart: the bundles that tools/bundles.mjs counts take them alone. */
const RULES_APART = ['binance', 'bybit', 'okx']

/** By what is signed for a socket: messages, the request for a token, nothing. */
const FACTORIES = ['exchangeFactory', 'tokenExchange', 'restExchange']
/** The same where no account has a shared secret. */
const OF_KEY_PAIRS = ['keyPairExchange', 'keyPairTokenExchange', 'keyPairRestExchange']

const camelCase = (file: string): string => file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
const declared = (statement: ts.Statement): ts.VariableDeclaration | undefined =>
  ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined
const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true

function orderFaults(data: ts.Node | undefined): string[] {
  if (data === undefined || !ts.isObjectLiteralExpression(data)) return ['the data is no object literal']
  const names = data.properties.flatMap((one) => (ts.isSpreadAssignment(one) ? [] : [one.name.getText()]))
  const sorted = [...names].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  return names.every((name, at) => name === sorted[at]) ? [] : [`the order of members is ${names}, not ${sorted}`]
}

/** Where a file differs from all others. */
function faultsOf(id: string, source: ts.SourceFile): string[] {
  const name = camelCase(id)
  const statements = [...source.statements]
  const last = statements.at(-1) as ts.Statement
  const { name: found, type, initializer } = declared(last) ?? {}
  const faults: string[] = []
  const must = (right: boolean, fault: string): void => void (right || faults.push(fault))
  const firstOther = statements.findIndex((one) => !ts.isImportDeclaration(one))
  must(!statements.slice(firstOther).some(ts.isImportDeclaration), 'an import stands behind other code')
  must(found?.getText() === name && isExported(last), `the last statement does not export ${name}`)
  must(type?.getText().startsWith('ExchangeFactory<') === true, 'the factory does not state its options')
  must(
    /^\/\*\*.*@see .*@example/s.test(last.getFullText().trimStart()),
    'the factory has no doc comment with @see and @example',
  )
  // Of the last time that its rules were held to their source.
  must(
    /hecked\s[^@]*? on\s+(?:\* )?20\d\d-\d\d-\d\d\./.test(last.getFullText()),
    'the doc comment does not name against what it was checked, and when',
  )
  must(initializer?.getFullText().trimStart().startsWith('/* @__PURE__ */') === true, 'the call is not pure')
  for (const statement of statements.slice(0, -1)) {
    const one = declared(statement)
    must(one?.type?.getText() !== 'ExchangeSpec', 'data stands outside of the call')
    if (one?.name.getText() === `${name}Rules`) faults.push(...orderFaults(one.initializer))
    else if (one !== undefined) must(!isExported(statement), `${one.name.getText()} is exported`)
  }
  if (initializer === undefined || !ts.isCallExpression(initializer)) return [...faults, 'the factory is no call']
  const [first, second] = initializer.arguments
  const called = initializer.expression.getText()
  if (RULES_APART.includes(id)) {
    must(called === 'ruledExchange' && first?.getText() === `${name}Rules`, 'the rules do not stand apart')
    return [...faults, ...orderFaults(second)]
  }
  must([...FACTORIES, ...OF_KEY_PAIRS].includes(called), `the factory is made by ${called}`)
  must(second === undefined || ts.isObjectLiteralExpression(second), 'the variants are no object literal')
  return [...faults, ...orderFaults(first)]
}

const ids = readdirSync(new URL('catalogue/', EXCHANGE)).map((file) => file.replace(/\.ts$/, ''))

describe('a file of the catalogue', () => {
  test.each(ids)('%s has the shape of all others', (id) => {
    expect(faultsOf(id, parsed(`catalogue/${id}.ts`))).toEqual([])
  })

  test.each(ids)('%s holds data that defineExchange takes', async (id) => {
    const module = (await import(`../../../src/exchange/catalogue/${id}.ts`)) as Readonly<
      Record<string, ExchangeFactory>
    >
    const factory = module[camelCase(id)] as ExchangeFactory
    const specs = [undefined, ...factory.variants].map((variant) => factory({ variant }).spec)
    // A factory has the parts that its data needs, for a socket and for shared secrets, and no other.
    const [messages, tokens] = [specs.some((one) => one.messages), specs.some((one) => one.token)]
    const secrets = specs.some((one) => one.secretKey ?? one.passphrase)
    const factories = secrets ? FACTORIES : OF_KEY_PAIRS
    const called = RULES_APART.includes(id) ? 'ruledExchange' : factories[messages ? 0 : tokens ? 1 : 2]
    expect(parsed(`catalogue/${id}.ts`).text).toMatch(new RegExp(`\\b${called}(?:<.*>)?\\(`))
    expect(messages && tokens).toBe(false)
    const readers = { window: 'windowOf', passphrase: 'passphraseOf', clock: 'learningClock' } as const
    for (const [option, reader] of Object.entries(readers) as Array<[keyof typeof readers, keyof ExchangeSpec]>) {
      for (const one of specs) if (one[option] !== undefined) expect(one[reader], reader).toBeTypeOf('function')
      expect(specs.some((one) => one[option])).toBe(specs.some((one) => one[reader]))
    }
    for (const variant of [undefined, ...factory.variants])
      expect(defineExchange(factory({ variant }).spec)().spec.id).toBe(id)
  })

  test('of another shape is found', () => {
    const of = (text: string): string[] =>
      faultsOf('acme', ts.createSourceFile('acme.ts', text, ts.ScriptTarget.Latest, true))
    const doc = '/** Acme. Checked against its page on 2026-01-02. @see x @example y */\n'
    const call = (data: string): string =>
      `${doc}export const acme: ExchangeFactory<LiveOnly> = /* @__PURE__ */ exchangeFactory(${data})`
    expect(of(call("{ id: 'acme', name: 'Acme' }"))).toEqual([])
    expect(of(call("{ name: 'Acme', id: 'acme' }"))).toEqual(['the order of members is name,id, not id,name'])
    expect(of(`const spec: ExchangeSpec = {}\n${call('spec')}`)).toEqual([
      'data stands outside of the call',
      'the data is no object literal',
    ])
    expect(of(`export const hex = 1\n${call('{}')}`)).toEqual(['hex is exported'])
    expect(of(call('{}').replace('/* @__PURE__ */ ', ''))).toEqual(['the call is not pure'])
    expect(of(call('{}').replace(doc, ''))).toEqual([
      'the factory has no doc comment with @see and @example',
      'the doc comment does not name against what it was checked, and when',
    ])
    expect(of(call('{}').replace('const acme', 'const other'))).toEqual(['the last statement does not export acme'])
  })
})
