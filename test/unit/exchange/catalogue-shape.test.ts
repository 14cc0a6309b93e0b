import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { defineExchange, type ExchangeFactory, type ExchangeSpec } from '../../../src/exchange/index.js'

const EXCHANGE = new URL('../../../src/exchange/', import.meta.url)
const parsed = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(new URL(path, EXCHANGE), 'utf8'), ts.ScriptTarget.Latest, true)

const INTERFACES = parsed('spec/spec.ts').statements.filter(ts.isInterfaceDeclaration)
/** The members of some data, in the order in which they are declared. */
const orderOf = (type: string): readonly string[] =>
  INTERFACES.find(({ name }) => name.text === type)?.members.map((member) => (member.name as ts.Identifier).text) ?? []

const ORDER = orderOf('ExchangeSpec')
/** The same of data inside of it: that of one member, or of each one of a table by names. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  token: orderOf('TokenSpec'),
  // Of where the time stands, the members lie between those of the clock's own.
  clock: ['path', 'time', 'unit', 'error', 'status200'],
}
const BY_NAME: Readonly<Record<string, readonly string[]>> = {
  messages: orderOf('MessageSpec'),
  environments: orderOf('Environment'),
}

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

const isData = (node: ts.Node | undefined): node is ts.ObjectLiteralExpression =>
  node !== undefined && ts.isObjectLiteralExpression(node)

function orderFaults(data: ts.Node | undefined, order = ORDER, where = 'members'): string[] {
  if (!isData(data)) return ['the data is no object literal']
  const own = data.properties.filter(ts.isPropertyAssignment)
  const names = data.properties.flatMap((one) => (ts.isSpreadAssignment(one) ? [] : [one.name.getText()]))
  const sorted = [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const inside = own.flatMap(({ name, initializer }) => {
    const [member, byName] = [INSIDE[name.getText()], BY_NAME[name.getText()]]
    if (!isData(initializer)) return []
    if (member !== undefined) return orderFaults(initializer, member, name.getText())
    return byName === undefined ? [] : namedFaults(initializer, byName, name.getText())
  })
  const right = names.every((name, at) => name === sorted[at])
  return [...(right ? [] : [`the order of ${where} is ${names}, not ${sorted}`]), ...inside]
}

/** The same of each object in a table by names. */
const namedFaults = (table: ts.ObjectLiteralExpression, order = ORDER, where = 'variants'): string[] =>
  table.properties.flatMap((one) =>
    ts.isPropertyAssignment(one) && isData(one.initializer)
      ? orderFaults(one.initializer, order, `${where}.${one.name.getText()}`)
      : [],
  )

/** What data is made of. A call is one of an imported builder; anything else would be a program. */
const DATA: ReadonlySet<ts.SyntaxKind> = new Set([
  ...[ts.SyntaxKind.ObjectLiteralExpression, ts.SyntaxKind.ArrayLiteralExpression, ts.SyntaxKind.PropertyAssignment],
  ...[ts.SyntaxKind.ShorthandPropertyAssignment, ts.SyntaxKind.SpreadAssignment, ts.SyntaxKind.SpreadElement],
  ...[ts.SyntaxKind.StringLiteral, ts.SyntaxKind.NumericLiteral, ts.SyntaxKind.RegularExpressionLiteral],
  ...[ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.Identifier],
  ...[ts.SyntaxKind.PropertyAccessExpression, ts.SyntaxKind.ElementAccessExpression],
  ...[ts.SyntaxKind.AsExpression, ts.SyntaxKind.CallExpression],
])
/** A rule is one expression, which one can take in as a line, wherever the formatter breaks it. */
const LINE = 140

/**
 * Code is allowed as a rule: an arrow function with one expression and no function inside, which is the value of `base` (or the one
 * thing that a builder in its place is called with), or the value of a field or parameter: `[name, value]`.
 */
function ruleFault(rule: ts.Node): string | undefined {
  const text = rule.getText().replace(/\s+/g, ' ')
  const name = text.slice(0, 40)
  if (!ts.isArrowFunction(rule) || ts.isBlock(rule.body)) return `code that is no expression: ${name}`
  const inner = (node: ts.Node): boolean => ts.isFunctionLike(node) || (ts.forEachChild(node, inner) ?? false)
  if (inner(rule.body)) return `a function inside of a function: ${name}`
  if (rule.body.getText().replace(/\s+/g, ' ').length > LINE) return `a rule of more than ${LINE} characters: ${name}`
  let { parent } = rule
  if (ts.isCallExpression(parent) && parent.arguments.length === 1) parent = parent.parent
  if (ts.isPropertyAssignment(parent) && parent.name.getText() === 'base') return undefined
  if (ts.isArrayLiteralExpression(parent) && parent.elements[1] === rule) return undefined
  return `a function in another place than "base" or a value: ${name}`
}

/** Where a value is neither data nor a rule. */
function dataFaults(node: ts.Node, imported: ReadonlySet<string>): string[] {
  if (ts.isFunctionLike(node)) return [ruleFault(node) ?? []].flat()
  if (ts.isTypeNode(node)) return []
  if (!DATA.has(node.kind)) return [`${ts.SyntaxKind[node.kind]} is no data: ${node.getText().slice(0, 40)}`]
  if (ts.isCallExpression(node) && !imported.has(node.expression.getText()))
    return [`a call of what is not imported: ${node.expression.getText().slice(0, 40)}`]
  const faults: string[] = []
  ts.forEachChild(node, (child) => void faults.push(...dataFaults(child, imported)))
  return faults
}

/** Where a file holds more than imports, re-exports and constants that are data. */
function codeFaults(source: ts.SourceFile): string[] {
  const imported = new Set(
    source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause }) => {
      const bindings = importClause?.namedBindings
      return bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : []
    }),
  )
  return source.statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement)) return []
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined) return []
    const { declarations, flags } = ts.isVariableStatement(statement)
      ? statement.declarationList
      : { declarations: [], flags: ts.NodeFlags.None }
    const [{ initializer } = { initializer: undefined }, ...more] = declarations
    if (initializer === undefined || more.length > 0 || (flags & ts.NodeFlags.Const) === 0)
      return [`no constant: ${statement.getText().slice(0, 40)}`]
    return dataFaults(initializer, imported)
  })
}

/** Where a file differs from all others. */
function faultsOf(id: string, source: ts.SourceFile): string[] {
  const name = camelCase(id)
  const statements = [...source.statements]
  const last = statements.at(-1) as ts.Statement
  const { name: found, type, initializer } = declared(last) ?? {}
  const faults = codeFaults(source)
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
    if (one?.type?.getText() === 'MessageSpec')
      faults.push(...orderFaults(one.initializer, orderOf('MessageSpec'), one.name.getText()))
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
  const variants = isData(second) ? namedFaults(second) : []
  return [...faults, ...orderFaults(first), ...variants]
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
    // With the others beside it: Kraken Futures shows a nonce that one of its variants makes.
    const variants = Object.fromEntries(factory.variants.map((variant) => [variant, factory({ variant }).spec]))
    for (const variant of [undefined, ...factory.variants])
      expect(defineExchange(factory({ variant }).spec, variants)().spec.id).toBe(id)
  })

  const DOC = '/** Acme. Checked against its page on 2026-01-02. @see x @example y */\n'
  const IMPORT = "import { exchangeFactory, inQuery, notBoth } from '../acme.js'\n"
  const call = (data: string): string =>
    `${DOC}export const acme: ExchangeFactory<LiveOnly> = /* @__PURE__ */ exchangeFactory(${data})`
  const of = (text: string): string[] =>
    faultsOf('acme', ts.createSourceFile('acme.ts', IMPORT + text, ts.ScriptTarget.Latest, true))

  test('of another shape is found', () => {
    expect(of(call("{ id: 'acme', name: 'Acme' }"))).toEqual([])
    expect(of(call("{ name: 'Acme', id: 'acme' }"))).toEqual(['the order of members is name,id, not id,name'])
    expect(of(`const spec: ExchangeSpec = {}\n${call('spec')}`)).toEqual([
      'data stands outside of the call',
      'the data is no object literal',
    ])
    expect(of(`export const hex = 1\n${call('{}')}`)).toEqual(['hex is exported'])
    expect(of(call('{}').replace('/* @__PURE__ */ ', ''))).toEqual(['the call is not pure'])
    expect(of(call('{}').replace(DOC, ''))).toEqual([
      'the factory has no doc comment with @see and @example',
      'the doc comment does not name against what it was checked, and when',
    ])
    expect(of(call('{}').replace('const acme', 'const other'))).toEqual(['the last statement does not export acme'])
  })

  test('whose inner data or variants have another order is found', () => {
    expect(of(call('{ clock: { error: /x/, path: "/time" } }'))).toEqual([
      'the order of clock is error,path, not path,error',
    ])
    expect(of(call('{ messages: { login: { template: {}, base } } }'))).toEqual([
      'the order of messages.login is template,base, not base,template',
    ])
    expect(of(call('{}, { v1: { base, keys } }'))).toEqual(['the order of variants.v1 is base,keys, not keys,base'])
    expect(of(`const login: MessageSpec = { template: 1, base }\n${call('{}')}`)).toEqual([
      'the order of login is template,base, not base,template',
    ])
  })

  test('may state rules of one expression as its base and its values', () => {
    for (const data of [
      '{ base: ({ time, body }) => time + body }',
      '{ base: /* @__PURE__ */ notBoth((draft) => draft.time + draft.body) }',
      "{ headers: [['X-Key', ({ key }) => 'Key ' + key, /^Key (?<key>.+)$/]] }",
      "{ place: /* @__PURE__ */ inQuery([['x', ({ options }) => options['x'] ?? '']], 'sign') }",
    ])
      expect(of(call(data)), data).toEqual([])
  })

  test('with code beside its rules is found', () => {
    const faults = (data: string): string[] => of(call(data))
    expect(faults('{ base: (draft) => { return draft.time } }')).toEqual([
      'code that is no expression: (draft) => { return draft.time }',
    ])
    expect(faults('{ base(draft) { return draft.time } }')).toEqual([
      'code that is no expression: base(draft) { return draft.time }',
    ])
    expect(faults('{ base: ({ body }) => body.replace(/./g, (one) => one) }')).toEqual([
      'a function inside of a function: ({ body }) => body.replace(/./g, (one) =',
    ])
    expect(faults(`{ base: ({ body }) => ${'body + '.repeat(30)}body }`)).toEqual([
      'a rule of more than 140 characters: ({ body }) => body + body + body + body ',
    ])
    expect(faults('{ read: (draft) => check(draft) }')).toEqual([
      'a function in another place than "base" or a value: (draft) => check(draft)',
    ])
    expect(faults("{ origins: ['a', 'b'].map((one) => one) }")).toEqual([
      "a call of what is not imported: ['a', 'b'].map",
    ])
    expect(faults('{ time: 1 > 2 }')).toEqual(['BinaryExpression is no data: 1 > 2'])
    expect(of(`const text = (draft) => draft.time\n${call('{}')}`)).toEqual([
      'a function in another place than "base" or a value: (draft) => draft.time',
    ])
    expect(of(`function text() {}\n${call('{}')}`)).toEqual(['no constant: function text() {}'])
    expect(of(`let count = 0\n${call('{}')}`)).toEqual(['no constant: let count = 0'])
  })
})
