import { resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const FILE = resolve('test/types/messages-sample.ts')
const HEAD = `import { createSignedFetch, type Signer } from 'countersign'
import { okx } from 'countersign/exchange/okx'
declare const signer: Signer
const exchange = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
`

/** What the compiler says about calls, each of them on a line. */
function messagesOf(calls: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile('tsconfig.node.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, '.')
  const base = ts.createCompilerHost(options)
  const program = ts.createProgram([FILE], options, {
    ...base,
    getSourceFile: (name, how) =>
      resolve(name) === FILE ? ts.createSourceFile(name, HEAD + calls.join('\n'), how) : base.getSourceFile(name, how),
    fileExists: (name) => resolve(name) === FILE || base.fileExists(name),
  })
  return program
    .getSemanticDiagnostics(program.getSourceFile(FILE))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('the compiler names what is wrong with the options of createSignedFetch, and nothing else', {
  timeout: 120_000,
}, () => {
  expect(
    messagesOf([
      "createSignedFetch(signer, { orgins: ['https://a.example'] })",
      'createSignedFetch(signer)',
      "createSignedFetch(signer, { origins: 'https://a.example' })",
      'createSignedFetch(exchange, { retrys: 1 })',
      'createSignedFetch(exchange)',
      "createSignedFetch(exchange)('/api/v5/account/balance', { params: { ccy: 'BTC' } })",
      "createSignedFetch(signer, { origins: [] })('https://a.example', { params: {} })",
    ]),
  ).toEqual([
    "Object literal may only specify known properties, but 'orgins' does not exist in type 'SignedFetchOptions'. Did you mean to write 'origins'?",
    'Expected 2 arguments, but got 1.',
    "Type 'string' is not assignable to type 'readonly string[]'.",
    "Object literal may only specify known properties, but 'retrys' does not exist in type 'Partial<SignedFetchOptions>'. Did you mean to write 'retry'?",
    "Object literal may only specify known properties, and 'params' does not exist in type 'RequestInit'.",
  ])
})
