import { resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

// What the compiler says about credentials that cannot be right: the first thing a newcomer reads.
const FILE = resolve('test/types/exchange-texts.ts')
const CALLS: ReadonlyArray<readonly [call: string, says: RegExp, not: RegExp]> = [
  [
    'binance({ apiKey: env.KEY, secret: env.SECRET })',
    /'string \| undefined' is not assignable to type 'string/,
    /'key' is missing/,
  ],
  [
    "binance({ apiKey: 'a', secret: env.SECRET })",
    /'secret' are incompatible|type 'string \| Secret'/,
    /'key' is missing/,
  ],
  ["binance({ apiKey: 'a', secret: 'b', testnet: true })", /'testnet' does not exist/, /'key' is missing/],
  ["okx({ apiKey: 'a', secret: 'b' })", /'passphrase' is missing/, /'key' is missing/],
  [
    "okx({ apiKey: 'a', secret: 'b', passphrase: 'c', environment: 'testnet' })",
    /'"testnet"' is not assignable/,
    /'key' is missing/,
  ],
]
const source = [
  "import { binance } from 'countersign/exchange/binance'",
  "import { okx } from 'countersign/exchange/okx'",
  'declare const env: { readonly [name in "KEY" | "SECRET"]: string | undefined }',
  ...CALLS.map(([call]) => call),
].join('\n')

test('the compiler names the option that is wrong', () => {
  const { config } = ts.readConfigFile('tsconfig.node.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, '.')
  const base = ts.createCompilerHost(options)
  const program = ts.createProgram([FILE], options, {
    ...base,
    fileExists: (name) => resolve(name) === FILE || base.fileExists(name),
    getSourceFile: (name, how) =>
      resolve(name) === FILE ? ts.createSourceFile(name, source, how) : base.getSourceFile(name, how),
  })
  const file = program.getSourceFile(FILE)
  const texts = new Map<number, string>()
  for (const { start = 0, messageText } of program.getSemanticDiagnostics(file)) {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) - 3
    texts.set(line, `${texts.get(line) ?? ''}${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
  }
  CALLS.forEach(([call, says, not], at) => {
    expect(texts.get(at), call).toMatch(says)
    expect(texts.get(at), call).not.toMatch(not)
  })
  expect([...texts.keys()].every((line) => line >= 0)).toBe(true)
}, 120_000)
