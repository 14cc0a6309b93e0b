import { type BodyField, bodyFields, formPairs } from './body-fields.js'
import { isEncrypted, type SignForm } from './forms.js'
import { headerLines } from './header-lines.js'

/** A request that is signed, in the parts that a client is given. */
export interface SignedParts {
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** Text as TypeScript. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/** The name that an exchange's module exports: `bithumb-v1` is `bithumbV1`. */
export const exportOf = (id: string): string =>
  id.replace(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())

/** A variable of the environment for a secret. */
const variable = (id: string, what: string): string =>
  `process.env['${id.toUpperCase().replaceAll('-', '_')}_${what}'] ?? ''`

/** The option that opens an encrypted key. */
const opening = ({ key }: SignForm, id: string, what: string): string =>
  isEncrypted(key) ? `, passphrase: ${variable(id, what)}` : ''

/** A member of an object literal. `__proto__: x` would be the prototype (ECMA-262 13.2.5). */
const member = ([name, value]: BodyField): string => {
  const plain = /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__'
  return `${plain ? name : `[${quoted(name)}]`}: ${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`
}

/** The line of the call that makes the body. */
function bodyLine({ scheme, bodyAs, body, fields }: SignForm): string[] {
  if (bodyAs === 'text') return body === '' ? [] : [`  body: ${quoted(body)},`]
  const typed = bodyFields(fields) ?? []
  if (typed.length === 0) return []
  const object = `{ ${typed.map(member).join(', ')} }`
  if (scheme !== 'rfc9421') return [`  params: ${object},`]
  if (bodyAs !== 'form') return [`  body: JSON.stringify(${object}),`]
  const pairs = formPairs(typed).map(([name, value]) => `[${quoted(name)}, ${quoted(value)}]`)
  return [`  body: new URLSearchParams([${pairs.join(', ')}]).toString(),`]
}

function callOf(name: string, form: SignForm): string {
  const { method, url, headers } = form
  const lines = headerLines(headers)
  const init = [
    ...(method === 'GET' ? [] : [`  method: ${quoted(method)},`]),
    ...(lines.length === 0
      ? []
      : [`  headers: { ${lines.map(([field, value]) => `${quoted(field)}: ${quoted(value)}`).join(', ')} },`]),
    ...bodyLine(form),
  ]
  const given = init.length === 0 ? '' : `, {\n${init.join('\n')}\n}`
  return `const response = await ${name}(${quoted(url)}${given})\nconsole.log(response.status, await response.text())\n`
}

const originOf = (url: string): string => /^https?:\/\/[^/?#]+/i.exec(url)?.[0] ?? 'https://api.example.com'

/** The program that signs and sends what is typed. Secrets come from the environment: none stands in the code. */
export function typescriptOf(form: SignForm, takesPassphrase: boolean): string {
  return form.scheme === 'rfc9421' ? rfc9421Code(form) : exchangeCode(form, takesPassphrase)
}

function rfc9421Code(form: SignForm): string {
  const { algorithm, keyId, components, tag } = form
  const shared = algorithm.startsWith('hmac-')
  const names = components.split(/\s+/).filter((name) => name !== '')
  const maker = names.length === 0 ? 'rfc9421' : 'rfc9421Signer'
  const key = shared
    ? `const secret = Secret.fromText(${variable('api', 'SECRET')})\nconst key = hmacKey({ keyId: ${quoted(keyId)}, algorithm: ${quoted(algorithm)}, secret })\n`
    : `const key = await importSigningKey(${variable('private', 'KEY')}, { keyId: ${quoted(keyId)}, algorithm: ${quoted(algorithm)}${opening(form, 'private', 'KEY_PASSPHRASE')} })\n`
  const options = [
    'key',
    ...(tag === '' ? [] : [`tag: ${quoted(tag)}`]),
    ...(names.length === 0 ? [] : [`components: [${names.map(quoted).join(', ')}]`, '[coverLess]: true']),
  ].join(', ')
  const imports = [
    ...(names.length === 0 ? [] : ['coverLess']),
    'createSignedFetch',
    ...(shared ? ['hmacKey'] : ['importSigningKey']),
    maker,
    ...(shared ? ['Secret'] : []),
  ]
  return `import { ${imports.join(', ')} } from 'countersign'

${key}const signedFetch = createSignedFetch(${maker}({ ${options} }), { origins: [${quoted(originOf(form.url))}] })

${callOf('signedFetch', form)}`
}

/** Algorithms by the name that exchanges have for the kind of key. */
export const KEY_TYPES: Readonly<Record<string, string>> = {
  ed25519: 'ed25519',
  'ecdsa-p256-sha256': 'ecdsa-p256',
  'rsa-v1_5-sha256': 'rsa',
  'rsa-pss-sha256': 'rsa-pss',
}

/** What makes the keys of exchanges that take no shared secret. */
export const KEY_MAKERS: Readonly<Record<string, string>> = {
  aster: 'walletKey',
  backpack: 'importExchangeKey',
  coinbase: 'importExchangeKey',
  dydx: 'cosmosKey',
  hyperliquid: 'walletKey',
  kalshi: 'importExchangeKey',
  nado: 'walletKey',
  orderly: 'importExchangeKey',
  pacifica: 'solanaKey',
  paradex: 'starkKey',
  'polymarket-l1': 'walletKey',
  'revolut-x': 'importExchangeKey',
  robinhood: 'importExchangeKey',
}

/** The function that makes the key of an account; `undefined` where it is an API key with a secret. */
export const makerOf = ({ scheme, algorithm }: SignForm): string | undefined =>
  Object.hasOwn(KEY_MAKERS, scheme)
    ? KEY_MAKERS[scheme]
    : KEY_TYPES[algorithm] === undefined
      ? undefined
      : 'importExchangeKey'

/** What an exchange calls the kind of key that is chosen. */
export const keyTypeOf = ({ algorithm }: SignForm): string => KEY_TYPES[algorithm] ?? 'ed25519'

/** The lines that make a key, and where its maker comes from. */
function keyLines(form: SignForm, maker: string): { readonly line: string; readonly imports: readonly string[] } {
  const { scheme, keyId } = form
  const text = variable(scheme, 'PRIVATE_KEY')
  if (maker === 'importExchangeKey')
    return {
      line: `const key = await importExchangeKey(${text}, { apiKey: ${quoted(keyId)}, type: ${quoted(keyTypeOf(form))}${opening(form, scheme, 'PRIVATE_KEY_PASSPHRASE')} })\n`,
      imports: ["import { importExchangeKey } from 'countersign/exchange'\n"],
    }
  const more = maker === 'starkKey' ? `, account: ${quoted(keyId)}, starknet` : ''
  return {
    line: `const key = ${maker}({ privateKey: ${text}${more} })\n`,
    imports: [
      ...(more === '' ? [] : ["import * as starknet from '@scure/starknet'\n"]),
      `import { ${maker} } from 'countersign/exchange/wallet'\n`,
    ],
  }
}

/** What some exchanges ask of an account besides its keys. */
const OPTIONS: Readonly<Record<string, string>> = {
  dydx: "accountNumber: Number(process.env['DYDX_ACCOUNT_NUMBER'])",
  orderly: "accountId: process.env['ORDERLY_ACCOUNT_ID'] ?? ''",
  polymarket: "address: process.env['POLYMARKET_ADDRESS'] ?? ''",
}

function exchangeCode(form: SignForm, takesPassphrase: boolean): string {
  const { scheme, keyId } = form
  const name = exportOf(scheme)
  const maker = makerOf(form)
  const more = [
    ...(takesPassphrase ? [`, passphrase: ${variable(scheme, 'PASSPHRASE')}`] : []),
    ...(Object.hasOwn(OPTIONS, scheme) ? [`, ${OPTIONS[scheme]}`] : []),
  ].join('')
  const { line, imports } = maker === undefined ? { line: '', imports: [] } : keyLines(form, maker)
  const account =
    maker === undefined ? `apiKey: ${quoted(keyId)}, secret: ${variable(scheme, 'SECRET')}${more}` : `key${more}`
  return `import { createSignedFetch } from 'countersign'
${imports.join('')}import { ${name} } from 'countersign/exchange/${scheme}'

${line}const signedFetch = createSignedFetch(${name}({ ${account} }))

${callOf('signedFetch', form)}`
}

/** A word for a POSIX shell: inside single quotes nothing has a meaning except the quote itself (XCU 2.2.2). */
const plainWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** A secret that an exchange is shown, and the variable that a shell reads it from: it stands in no command. */
export type Shown = readonly (readonly [secret: string, variable: string])[]

/** {@link word} with the secrets in it read by the shell. */
function wordWith(shown: Shown, text: string): string {
  for (const [secret, name] of shown) {
    const at = secret === '' ? -1 : text.indexOf(secret)
    if (at === -1) continue
    const [before, behind] = [text.slice(0, at), text.slice(at + secret.length)]
    return `${before && wordWith(shown, before)}"$${name}"${behind && wordWith(shown, behind)}`
  }
  return plainWord(text)
}

/** What an account shows of itself, by the names of its variables. */
export const shownOf = ({ scheme, key, passphrase }: SignForm): Shown =>
  scheme === 'rfc9421'
    ? []
    : [
        [passphrase.trim(), `${scheme.toUpperCase().replaceAll('-', '_')}_PASSPHRASE`],
        [key.trim(), `${scheme.toUpperCase().replaceAll('-', '_')}_SECRET`],
      ]

/** A text for the page, the secrets in it by their names. */
export const without = (shown: Shown, text: string): string =>
  shown.reduce((rest, [secret, name]) => (secret === '' ? rest : rest.replaceAll(secret, `[${name}]`)), text)

/** The curl command that sends these bytes: what curl would change or add by itself is switched off. */
export function curlOf({ method, url, headers, body }: SignedParts, shown: Shown = []): string {
  const word = (text: string): string => wordWith(shown, text)
  const words = [
    method === 'HEAD' ? '--head' : `--request ${word(method)}`,
    ...headers
      .filter(([name]) => !/^(?:host|content-length)$/i.test(name))
      // "Name:" would take the field away: an empty one is written with a semicolon.
      .map(([name, value]) => `--header ${word(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...(body !== '' && !headers.some(([name]) => /^content-type$/i.test(name)) ? ["--header 'Content-Type:'"] : []),
    ...(body === '' ? [] : [`--data-raw ${word(body)}`]),
    word(url),
  ]
  return ['curl --globoff --path-as-is', ...words].join(' \\\n  ')
}
