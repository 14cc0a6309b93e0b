import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import ts from 'typescript'
import { fromSource } from './bundle.mjs'
import { ROOT } from './package-map.mjs'

const FOLDER = `${ROOT}src/inspector/`

/** What the engine uses of each module of curves. */
const CURVES = /** @type {Record<string, string[]>} */ ({
  '@noble/curves/ed25519.js': ['ed25519', 'ed25519ph'],
  '@noble/curves/nist.js': ['p256', 'p384', 'p521'],
  '@noble/curves/secp256k1.js': ['secp256k1'],
})
/** Hashes that only an old signature is made with: run with the curves. */
const FUNCTIONS = /** @type {Record<string, string[]>} */ ({ '@noble/hashes/legacy.js': ['md5', 'ripemd160', 'sha1'] })
/** And those that only a wrong one is: run with what says what is wrong. */
const OF_WRONG = /** @type {Record<string, string[]>} */ ({
  '@noble/hashes/sha3.js': ['keccak_256', 'sha3_256', 'sha3_384', 'sha3_512'],
})

/**
 * Stands in for the curves: they are a part of the page that is run when one of their members is first used. So are the older hashes,
 * except in a part that is run for them anyway.
 * @param {readonly string[]} [own] modules of hashes that this part has itself
 * @returns {import('esbuild').Plugin}
 */
const curvesApart = (own = []) => ({
  name: 'curves-apart',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@noble\/curves\// }, ({ path }) =>
      Object.hasOwn(CURVES, path)
        ? { path, namespace: 'curves' }
        : { errors: [{ text: `${path} is not among the curves of the page` }] },
    )
    onResolve({ filter: /^@noble\/hashes\/(?:legacy|sha3)\.js$/ }, ({ path }) =>
      own.includes(path) ? undefined : { path, namespace: 'functions' },
    )
    onLoad({ filter: /./, namespace: 'functions' }, ({ path }) => ({
      resolveDir: FOLDER,
      contents: [
        "import { lazyFunction } from './lazy-curves.js'",
        ...(FUNCTIONS[path] ?? []).map((name) => `export const ${name} = lazyFunction('${name}')`),
        ...(OF_WRONG[path] ?? []).map((name) => `export const ${name} = lazyFunction('${name}', 'readers')`),
      ].join('\n'),
    }))
    onLoad({ filter: /./, namespace: 'curves' }, ({ path }) => ({
      resolveDir: FOLDER,
      contents: `import { lazyCurve } from './lazy-curves.js'\n${(CURVES[path] ?? [])
        .map((name) => `export const ${name} = lazyCurve('${name}')\n`)
        .join('')}`,
    }))
  },
})

/** Checks of what a program passes: the only program here is the page. */
const CHECKS = /** @type {Record<string, string[]>} */ ({
  'errors/options.ts': ['assertOptions'],
  'message/fetch-init.ts': ['assertFetchInit'],
  'exchange/signer/assert-request.ts': ['assertRequest', 'assertSignOptions'],
})
/** What a page never does: it opens no socket. */
const ABSENT = /** @type {Record<string, string>} */ ({
  'exchange/signer/messages.ts': 'export const messageSigner = undefined',
  'exchange/signer/tokens.ts': "export const tokenLogin = undefined\nexport const tokenQuery = () => ''",
})

/** What only some captures, answers, keys and wrong signatures need: run when one of them comes. */
const LATER = /** @type {Record<string, { functions?: string[], objects?: string[] }>} */ ({
  'doctor/read/curl.ts': { functions: ['readCurl'] },
  'doctor/read/powershell.ts': { functions: ['readPowerShell', 'powershellWords'] },
  'doctor/read/httpie.ts': { functions: ['readHttpie'] },
  'doctor/read/postman.ts': { functions: ['readPostman', 'postmanItems'] },
  'doctor/read/gathered.ts': { functions: ['gathered', 'isAuthenticated'] },
  'doctor/read/tidied.ts': { functions: ['tidied'] },
  'doctor/read/dumped.ts': { functions: ['readDumped'] },
  'doctor/read/printed.ts': { functions: ['readPrinted'] },
  'doctor/read/program.ts': { functions: ['readProgram'] },
  'doctor/read/python.ts': { functions: ['readPython'] },
  'doctor/read/repl.ts': { functions: ['withoutPrompts'] },
  'doctor/read/signed-answer.ts': { functions: ['answerTo', 'readSignedAnswer'] },
  'doctor/read/behind-body.ts': { functions: ['bodyAlone', 'isThrown'] },
  'schemes/scheme/suspects.ts': {
    functions: [
      'bodySuspects',
      'decoderSuspects',
      'encodingSuspects',
      'hostSuspects',
      'targetSuspects',
      'wrappedSuspects',
    ],
  },
  'doctor/quoted-fields.ts': { functions: ['unquoted'] },
  'doctor/noted.ts': {
    functions: [
      'ageFindings',
      'anewFindings',
      'keyFindings',
      'ofPort',
      'ofProxy',
      'onTheWay',
      'openParts',
      'statedIn',
      'withoutBody',
      'withoutUnshown',
    ],
  },
  'doctor/stand-ins.ts': {
    functions: ['shownFindings', 'standInsOf', 'unreadOf', 'unsetFindings', 'withoutForms'],
  },
  'doctor/shown-text.ts': { functions: ['comparedTexts', 'fieldThatDiffers', 'shownText', 'textFindings'] },
  'doctor/secrets-in-body.ts': { functions: ['secretsInBody'] },
  'doctor/read/fetch.ts': { functions: ['readFetch', 'fromParts'] },
  'doctor/read/har.ts': { functions: ['harEntries', 'isMembers', 'readHar'] },
  'doctor/probes/rsa.ts': { functions: ['rsaReading'] },
  'crypto/format/pbes2.ts': { functions: ['decryptPkcs8', 'encryptPkcs8'] },
  'exchange/mistakes/mistakes.ts': { functions: ['exchangeMistakes', 'composed'] },
  'exchange/mistakes/in-body.ts': { functions: ['unsignedBody'] },
  'doctor/exchange/findings.ts': { functions: ['readingFindings'] },
  'doctor/rfc9421/forbidden.ts': { functions: ['forbidden', 'spelt'] },
  'doctor/rfc9421/digest.ts': { functions: ['digestFindings'] },
  'schemes/scheme/other-bodies.ts': { functions: ['isHexInBase64', 'otherBodies', 'whichBody'] },
  'doctor/not-found.ts': { functions: ['notFound'] },
  'doctor/sent-in-place.ts': { functions: ['sentInPlace'] },
  'doctor/printed-text.ts': { functions: ['printedFindings', 'printedTexts', 'withPrinted'] },
  'doctor/written-key.ts': { functions: ['barePublicKey', 'thumbprintFindings', 'unreadKey', 'writtenKey'] },
  'doctor/signature-unreadable.ts': { functions: ['unreadableFindings'] },
  'doctor/signature-shape.ts': { functions: ['isShared', 'shapeFindings'] },
  'doctor/given-secret.ts': {
    functions: ['ofPrivateKey', 'otherKey', 'publicHalf', 'secretFindings', 'spaceFindings'],
  },
  'doctor/refusals/shown-texts.ts': { functions: ['shownTexts'] },
  'schemes/rfc9421/mistakes/mistakes.ts': { functions: ['rfc9421Mistakes'] },
  'schemes/rfc9421/profiles/hypotheses.ts': { functions: ['profileProblems', 'unreadableAgent'] },
  'doctor/refusals/exchanges.ts': { objects: ['EXCHANGE_REFUSALS'] },
  'doctor/refusals/services.ts': { objects: ['SERVICE_REFUSALS', 'COMMON'] },
  'doctor/refusals/kinds.ts': { objects: ['KINDS'] },
  'doctor/refusals/own.ts': { objects: ['OWN'] },
  'doctor/refusals/answer.ts': { functions: ['answerOf'] },
  'doctor/refusals/code-alone.ts': { functions: ['codeFindings'] },
  'doctor/refusals/status.ts': { functions: ['statusFindings'] },
  'doctor/read/answer-below.ts': { functions: ['answerBelow'] },
})
/** What wallets sign: run when a request goes to an exchange that takes wallets in place of secrets. */
const WALLETS = /** @type {Record<string, { functions?: string[], objects?: string[] }>} */ ({
  'exchange/families/aster-message.ts': { functions: ['asterBase', 'readAster', 'userOf'] },
  'exchange/families/dydx-transaction.ts': { functions: ['dydxBase'], objects: ['dydxPlace'] },
  'exchange/families/hyperliquid-request.ts': {
    functions: ['actionBase', 'readRequest'],
    objects: ['actionPlace'],
  },
  'exchange/families/nado-request.ts': {
    functions: ['besidesSigned', 'callBase', 'readCall', 'readStream', 'senderOf', 'streamBase'],
    objects: ['callPlace'],
  },
  'exchange/families/paradex-login.ts': { functions: ['expirationOf', 'loginBase', 'readLogin'] },
  'exchange/families/polymarket-auth.ts': { functions: ['clobAuth', 'keyNonceOf', 'readAddress'] },
  'exchange/special/pacifica-operations.ts': {
    functions: ['requestText'],
    objects: ['base58Output', 'operationPlace'],
  },
  'exchange/wallet/cosmos-key.ts': { functions: ['cosmosKey'] },
  'exchange/wallet/solana-key.ts': { functions: ['solanaKey'] },
  'exchange/wallet/wallet-key.ts': { functions: ['recoverAddress', 'walletKey'] },
  'exchange/mistakes/wallet/readings.ts': { functions: ['walletReading'] },
  'exchange/mistakes/wallet/orders/readings.ts': { functions: ['orderReading'] },
  'doctor/exchange/wallet.ts': { functions: ['recoveredFindings', 'walletSubject', 'walletTests'] },
})
/** The schemes besides RFC 9421 and the exchanges: run when a request is neither. */
const FAMILIES = /** @type {Record<string, { functions?: string[], objects?: string[] }>} */ ({
  'doctor/families/family-case.ts': { functions: ['familyCase', 'familyFacts', 'formerCase'] },
})
/** What is run later, by the part that has it: of each module what the engine uses. */
const PARTS = { readers: LATER, wallets: WALLETS, families: FAMILIES }
const MODULES = new Map(
  Object.entries(PARTS).flatMap(([part, modules]) =>
    Object.entries(modules).map(([path, members]) => [path, { part, members }]),
  ),
)

/** @type {import('esbuild').Plugin} */
const partsApart = {
  name: 'parts-apart',
  setup: ({ onLoad }) =>
    onLoad({ filter: new RegExp(`/src/(?:${[...MODULES.keys()].join('|')})$`) }, ({ path }) => {
      const found = MODULES.get(path.slice(path.lastIndexOf('/src/') + 5))
      if (found === undefined) return undefined
      const { part, members } = found
      const { functions = [], objects = [] } = members
      return {
        resolveDir: FOLDER,
        contents: [
          "import { lazyFunction, lazyObject } from './lazy-curves.js'",
          ...functions.map((name) => `export const ${name} = lazyFunction('${name}', '${part}')`),
          ...objects.map((name) => `export const ${name} = lazyObject('${part}', '${name}')`),
        ].join('\n'),
      }
    }),
}

/** Members of an exchange's data that are for clients: sockets and their logins, the exchange's clock. */
const OF_CLIENTS = new Set(['messages', 'token', 'socketUrl', 'clock'])

/**
 * TypeScript without these members.
 * @param {string} text
 */
const withoutMembers = (text) =>
  ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
    transformers: {
      before: [
        (context) => {
          /** @param {ts.Node} node @returns {ts.Node | undefined} */
          const visit = (node) =>
            ts.isPropertyAssignment(node) && OF_CLIENTS.has(node.name.getText())
              ? undefined
              : ts.visitEachChild(node, visit, context)
          return (file) => /** @type {ts.SourceFile} */ (ts.visitNode(file, visit))
        },
      ],
    },
  }).outputText

/**
 * Leaves out what the page has no use for. The functions of {@link CHECKS} stay as ones that do nothing, whose calls the bundler
 * drops.
 * @type {import('esbuild').Plugin}
 */
const withoutUnused = {
  name: 'without-unused',
  setup: ({ onLoad }) => {
    const filter = new RegExp(`/src/(?:${[...Object.keys(CHECKS), ...Object.keys(ABSENT)].join('|')})$`)
    onLoad({ filter: /\/src\/exchange\/(?:catalogue|families)\/[\w-]+\.ts$/ }, ({ path }) => ({
      contents: withoutMembers(readFileSync(path, 'utf8')),
      loader: 'js',
      resolveDir: dirname(path),
    }))
    onLoad({ filter }, ({ path }) => {
      const name = path.slice(path.lastIndexOf('/src/') + 5)
      const absent = ABSENT[name]
      if (absent !== undefined) return { contents: absent, loader: 'ts', resolveDir: dirname(path) }
      const contents = (CHECKS[name] ?? []).reduce(
        (text, check) => {
          const own = `export function ${check}(`
          if (!text.includes(own)) throw new Error(`${name} has no function ${check}`)
          return text.replace(own, `export const ${check} = (..._all: unknown[]): void => {}\nfunction ${check}Unused(`)
        },
        readFileSync(path, 'utf8'),
      )
      return { contents, loader: 'ts', resolveDir: dirname(path) }
    })
  },
}

/**
 * @param {{ entry: string } | { contents: string }} input
 * @param {{ globalName?: string, plugins?: import('esbuild').Plugin[] }} [options]
 */
async function script(input, { globalName, plugins = [] } = {}) {
  const { outputFiles } = await build({
    ...('entry' in input
      ? { entryPoints: [input.entry] }
      : { stdin: { contents: input.contents, resolveDir: FOLDER } }),
    ...(globalName !== undefined && { globalName }),
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    // Only the package's own `age` files need it, and the page reads none.
    external: ['age-encryption'],
    plugins: [...plugins, fromSource()],
  })
  const text = (outputFiles[0]?.text ?? '').trim()
  if (/<\/script|<!--/i.test(text)) throw new Error('a script of the page would end its own element')
  return text
}

/** What each module hands out, as one script. */
const partOf = (/** @type {Record<string, { functions?: string[], objects?: string[] }>} */ modules) =>
  Object.entries(modules)
    .map(
      ([path, { functions = [], objects = [] }]) =>
        `export { ${[...functions, ...objects].join(', ')} } from '../${path}'\n`,
    )
    .join('')
const exportsOf = (/** @type {Record<string, string[]>} */ modules) =>
  Object.entries(modules)
    .map(([path, names]) => `export { ${names.join(', ')} } from '${path}'\n`)
    .join('')
const hashOf = (/** @type {string} */ text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const gzip = (/** @type {string} */ text) => gzipSync(text, { level: 9 }).length

/**
 * The debugging page as one file, with what its parts weigh in gzip.
 * @returns {Promise<{ html: string, policy: string, gzipBytes: Record<string, number> }>}
 */
export async function bundleInspector() {
  const main = await script({ entry: `${FOLDER}main.tsx` })
  const parts = {
    engine: await script(
      { entry: `${FOLDER}engine.ts` },
      { globalName: 'countersignEngine', plugins: [curvesApart(), partsApart, withoutUnused] },
    ),
    readers: await script(
      { contents: `${partOf(LATER)}${exportsOf(OF_WRONG)}` },
      {
        globalName: 'countersignReaders',
        plugins: [curvesApart(['@noble/hashes/legacy.js', '@noble/hashes/sha3.js']), withoutUnused],
      },
    ),
    wallets: await script(
      { contents: partOf(WALLETS) },
      { globalName: 'countersignWallets', plugins: [curvesApart(['@noble/hashes/sha3.js']), withoutUnused] },
    ),
    families: await script(
      { contents: partOf(FAMILIES) },
      { globalName: 'countersignFamilies', plugins: [curvesApart(), withoutUnused] },
    ),
    curves: await script(
      {
        contents: exportsOf({ ...CURVES, ...FUNCTIONS }),
      },
      { globalName: 'countersignCurves' },
    ),
  }
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}page.css`],
    minify: true,
    write: false,
    logLevel: 'silent',
  })
  const style = (outputFiles[0]?.text ?? '').trim()
  const scripts = [main, ...Object.values(parts)].map(hashOf).join(' ')
  const policy = `default-src 'none'; script-src ${scripts}; style-src ${hashOf(style)}; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'`
  const elements = Object.entries(parts).map(
    ([name, text]) => `<script type="text/plain" id="part-${name}">${text}</script>`,
  )
  const html = fill(readFileSync(`${FOLDER}page.html`, 'utf8'), {
    '"policy"': `"${policy}"`,
    '<!--style-->': `<style>${style}</style>`,
    '<!--parts-->': elements.join('\n'),
    '<!--script-->': `<script>${main}</script>`,
  })
  return {
    html,
    policy,
    gzipBytes: {
      page: gzip(html),
      'without the parts that are run later': gzip(
        [parts.curves, parts.readers, parts.wallets, parts.families].reduce(
          (text, part) => text.replace(part, ''),
          html,
        ),
      ),
      readers: gzip(parts.readers),
      wallets: gzip(parts.wallets),
      families: gzip(parts.families),
      curves: gzip(parts.curves),
      engine: gzip(parts.engine),
      'first script': gzip(main),
    },
  }
}

/**
 * @param {string} template
 * @param {Record<string, string>} values
 */
const fill = (template, values) => template.replace(/"policy"|<!--[a-z]+-->/g, (all) => values[all] ?? all)
