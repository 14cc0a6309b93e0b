import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { bundleForBrowser } from './lib/bundle.mjs'
import { entryPoints, ROOT } from './lib/package-map.mjs'
import { senders } from './webhooks-table.mjs'

/**
 * @typedef {import('../src/schemes/scheme.js').VerifyScheme & { weaknesses?: readonly string[] }} Verifier
 * @typedef {{ name: string, specifier: string, signer: string, verifier: string, options?: object, users: string, page: string,
 *   direct?: string }} Row
 *   `direct` is the subpath of functions for one request
 */

const PAGE = `${ROOT}docs/schemes.md`
const TABLE = /(<!-- schemes: npm run docs:schemes -->\n)[\s\S]*?(\n<!-- end of schemes -->)/
const LIST = /(<!-- weaknesses: npm run docs:schemes -->\n)[\s\S]*?(\n<!-- end of weaknesses -->)/

const sigv4 = (/** @type {string} */ name, /** @type {string} */ id, /** @type {string} */ users) => ({
  name,
  specifier: 'countersign/sigv4',
  signer: id,
  verifier: `${id}Verifier`,
  users,
  page: 'cloud.md',
})
const azure = (
  /** @type {string} */ name,
  /** @type {string} */ signer,
  /** @type {string} */ verifier,
  /** @type {string} */ users,
  options = {},
) => ({ name, specifier: 'countersign/azure', signer, verifier, options, users, page: 'cloud.md#azure' })
const legacy = (
  /** @type {string} */ name,
  /** @type {string} */ path,
  /** @type {string} */ id,
  /** @type {string} */ users,
  options = {},
) => ({
  name,
  specifier: `countersign/legacy/${path}`,
  signer: id,
  verifier: `${id}Verifier`,
  users,
  page: 'legacy.md',
  options,
})

/** What code does not know of itself: its name, and who uses it. */
const ROWS = /** @type {readonly Row[]} */ ([
  {
    name: 'RFC 9421 HTTP Message Signatures',
    specifier: 'countersign/rfc9421',
    signer: 'rfc9421',
    verifier: 'rfc9421Verifier',
    users: 'the standard; Web Bot Auth, FAPI 2, GNAP, newer ActivityPub servers',
    page: 'rfc9421.md',
  },
  {
    ...sigv4('AWS Signature Version 4', 'sigv4', 'AWS, and everything that is compatible with S3'),
    direct: 'countersign/sigv4/header',
  },
  sigv4('AWS Signature Version 4A', 'sigv4a', 'AWS, for several regions at once'),
  sigv4('Google Cloud Storage V4', 'goog4', 'Google Cloud Storage'),
  sigv4('ACS3-HMAC-SHA256', 'acs3', 'Alibaba Cloud'),
  sigv4('OSS V4', 'oss4', 'Alibaba Cloud OSS'),
  sigv4('TC3-HMAC-SHA256', 'tc3', 'Tencent Cloud'),
  sigv4('HMAC-SHA256 of Volcengine', 'volc', 'Volcengine'),
  sigv4('TOS4-HMAC-SHA256', 'tos4', 'Volcengine TOS'),
  sigv4('SDK-HMAC-SHA256', 'huawei', 'Huawei Cloud'),
  azure('Azure Shared Key', 'azureSharedKey', 'azureSharedKeyVerifier', 'Azure blobs, queues and files'),
  azure('Azure Shared Key for tables', 'azureSharedKey', 'azureSharedKeyVerifier', 'Azure tables', {
    service: 'table',
  }),
  azure('Azure shared access signature', 'azureServiceSas', 'azureSasVerifier', 'Azure Storage'),
  azure('HMAC-SHA256 of Azure', 'azureHmac', 'azureHmacVerifier', 'App Configuration, Communication Services'),
  azure('primary key of Cosmos DB', 'azureCosmos', 'azureCosmosVerifier', 'Azure Cosmos DB', {
    keyId: 'a',
    unsignedPayload: true,
  }),
  legacy('draft-cavage HTTP Signatures', 'cavage', 'cavage', 'Mastodon and older ActivityPub servers, banks'),
  legacy('Hawk', 'hawk', 'hawk', 'services built on hapi or of Mozilla'),
  legacy('OAuth 1.0a', 'oauth1', 'oauth1', 'X, Trello, NetSuite, Mastercard'),
  legacy('hmac-auth of Kong', 'kong', 'kong', 'Kong'),
  legacy('hmac-auth of APISIX', 'kong', 'apisix', 'APISIX'),
  legacy('a JSON Web Token per request', 'jwt', 'jwt', 'services of your own'),
  legacy('DPoP (RFC 9449)', 'dpop', 'dpop', 'OAuth 2 servers, Bluesky'),
  legacy('OAuth 1.0a of Interactive Brokers', 'ibkr', 'ibkr', 'Interactive Brokers'),
  legacy('the stamp of Turnkey', 'turnkey', 'turnkey', 'Turnkey'),
  legacy('a static token', 'static-token', 'staticToken', 'callers that have not moved yet'),
])

/** Functions for one request beside those of schemes with a row. */
const WEBHOOKS_DIRECT = 'countersign/webhook/direct'
const EXCHANGE_DIRECT = 'countersign/exchange/orders/hyperliquid'

const SHOWN = /** @type {Readonly<Record<string, string>>} */ ({
  'query-parameters': 'parameters of the query',
  'query-param:se': 'its end',
})
const shown = (/** @type {string} */ fact) => SHOWN[fact] ?? fact.replace(/^field:/, '')

/** @param {Verifier} verifier @param {string} name */
function signedParts({ demands }, name) {
  if (demands === undefined) return 'method, scheme or authority, path, query, body by digest; more by choice'
  if (name.includes('static')) return 'nothing'
  const { require, requireWithBody } = demands
  const parts = require.map(shown)
  return [...parts, ...requireWithBody.filter((one) => !require.includes(one)).map(shown)].join(', ')
}

/** @param {Verifier} verifier */
function windowOf({ demands }) {
  if (demands?.untimed === true)
    return demands.untilExpires === true
      ? `its own end, ${Number(demands.maxLifetimeMs) / 86_400_000} d at most`
      : 'none'
  return demands?.maxLifetimeMs === undefined
    ? 'of the policy'
    : `of the policy; what states its end, ${demands.maxLifetimeMs / 86_400_000} d`
}

const replayOf = (/** @type {Verifier} */ { demands }) =>
  demands === undefined || demands.requireNonce ? 'nonce' : demands.untimed === true ? 'none' : 'the signed text, once'

async function rows() {
  const subpaths = [...new Set(ROWS.map(({ specifier }) => specifier))]
  const doors = [...ROWS.flatMap(({ direct }) => direct ?? []), WEBHOOKS_DIRECT, EXCHANGE_DIRECT]
  const { text } = await bundleForBrowser({
    contents: `${subpaths.map((one, at) => `export * as m${at} from '${one}'`).join('\n')}
${doors.map((one, at) => `export * as d${at} from '${one}'`).join('\n')}
export { WEAKNESSES } from 'countersign/webhook'`,
  })
  const module = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  /** @param {string | undefined} door */
  const also = (door) => {
    if (door === undefined) return ''
    const names = Object.keys(module[`d${doors.indexOf(door)}`]).filter((one) => /^(?:sign|verify)[A-Z]/.test(one))
    if (names.length === 0) throw new Error(`${door} has no function for one request`)
    return `; \`${door}\`: ${names.map((one) => `\`${one}\``).join(', ')}`
  }
  const lines = ROWS.map(({ name, specifier, signer, verifier, options, users, page, direct }) => {
    const exported = module[`m${subpaths.indexOf(specifier)}`]
    const made = /** @type {Verifier} */ (exported[verifier](...(options === undefined ? [] : [options])))
    return [
      `[${name}](${page})`,
      `\`${specifier}\`: \`${signer}\`, \`${verifier}\`${also(direct)}`,
      signedParts(made, name),
      windowOf(made),
      replayOf(made),
      made.weaknesses?.join(', ') || '–',
      users,
    ].join(' | ')
  })
  const names = Object.entries(module['WEAKNESSES']).map(([id, said]) => `- \`${id}\`: ${said}`)
  return { lines, names, also }
}

/** The page with its tables as the code has it. */
export async function page() {
  const { lines, names, also } = await rows()
  const all = await senders()
  const head = 'scheme | import | what a verifier demands to be signed | window | replay | weaknesses | who uses it'
  const webhooks = `[webhooks of ${all.length} senders](webhooks.md#senders) | \`countersign/webhook/…\`${also(WEBHOOKS_DIRECT)} | the body, mostly with a time | of the sender, both ways | the delivery is a duplicate | see there | ${all.map(({ name }) => name).join(', ')}`
  const count = entryPoints().filter(({ key }) => key === './exchange/*').length
  const exchanges = `[${count} exchanges](exchanges.md) | \`countersign/exchange/…\`${also(EXCHANGE_DIRECT)} | of the exchange | of the exchange | of the exchange | [see there](exchanges.md#what-an-exchange-does-not-sign) | trading bots`
  const own =
    '[a scheme of your own](own-scheme.md) | `countersign/header-scheme`: `defineHeaderScheme` | method, path, query, time, nonce, body | of the policy | nonce | what you accept by name | you'
  const table = [head, head.replace(/[^|]+/g, ' --- ').trim(), ...lines, webhooks, exchanges, own]
    .map((line) => `| ${line} |`)
    .join('\n')
  const text = readFileSync(PAGE, 'utf8')
  if (!TABLE.test(text) || !LIST.test(text)) throw new Error('docs/schemes.md has no place for its tables')
  return text
    .replace(TABLE, (_, before, after) => before + table + after)
    .replace(LIST, (_, before, after) => before + names.join('\n') + after)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = await page()
  if (process.argv.includes('--check')) {
    if (text !== readFileSync(PAGE, 'utf8')) {
      console.error('docs/schemes.md differs from the code: npm run docs:schemes')
      process.exitCode = 1
    }
  } else writeFileSync(PAGE, text)
}
