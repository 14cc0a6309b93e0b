import { resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { EXCHANGES } from '../../src/doctor/exchanges.js'
import { KEY_TYPES, typescriptOf } from '../../src/inspector/code.js'
import { EMPTY_SIGN, type SignForm } from '../../src/inspector/forms.js'

/** What the compiler says about a program that the debugging page hands out. */
const FORMS: ReadonlyArray<readonly [name: string, form: SignForm, takesPassphrase?: boolean]> = [
  ['hmac', EMPTY_SIGN],
  ['ed25519', { ...EMPTY_SIGN, algorithm: 'ed25519', method: 'GET', body: '', headers: '' }],
  ['components', { ...EMPTY_SIGN, components: '@method  @target-uri "date"', tag: "it's", keyId: 'a"b\\' }],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay the text that it is.
  ['hard-text', { ...EMPTY_SIGN, body: 'it\'s\n`${a}` \\ "x" \u2028', headers: "X-It's: 'q'\nA: b" }],
  ...Object.entries(EXCHANGES).map(
    ([scheme, factory]) =>
      [scheme, { ...EMPTY_SIGN, scheme, url: '/v1/a' }, factory().spec.passphrase !== undefined] as const,
  ),
  ...Object.keys(KEY_TYPES)
    .filter((name) => name !== 'ecdsa-p256-sha256' && name !== 'rsa-pss-sha256')
    .map((algorithm) => [`binance-${algorithm}`, { ...EMPTY_SIGN, scheme: 'binance', algorithm }] as const),
]
const files = new Map(
  FORMS.map(([name, form, phrase]) => [resolve(`test/types/page-${name}.ts`), typescriptOf(form, phrase === true)]),
)

test('every program that the page hands out compiles', () => {
  const { config } = ts.readConfigFile('tsconfig.node.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, '.')
  const base = ts.createCompilerHost(options)
  const program = ts.createProgram([...files.keys()], options, {
    ...base,
    fileExists: (name) => files.has(resolve(name)) || base.fileExists(name),
    getSourceFile: (name, how) => {
      const text = files.get(resolve(name))
      return text === undefined ? base.getSourceFile(name, how) : ts.createSourceFile(name, text, how)
    },
  })
  for (const [name, text] of files) {
    const file = program.getSourceFile(name)
    const said = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    expect(
      said.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      text,
    ).toEqual([])
  }
}, 120_000)

test('no program holds the key or the passphrase that was typed', () => {
  for (const [, form, phrase] of FORMS) {
    const text = typescriptOf({ ...form, key: 'hunter2', passphrase: 'sesame' }, phrase === true)
    expect(text).not.toMatch(/hunter2|sesame/)
  }
})
