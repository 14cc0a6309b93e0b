import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { bundleForBrowser } from './lib/bundle.mjs'
import { entryPoints, ROOT } from './lib/package-map.mjs'
import { SENDERS } from './lib/webhook-senders.mjs'

/** @typedef {import('../src/schemes/webhook/webhook.js').WebhookSpec} WebhookSpec */

const PAGE = `${ROOT}docs/webhooks.md`
const TABLE = /(<!-- senders: npm run docs:webhooks -->\n)[\s\S]*?(\n<!-- end of senders -->)/
const BODY = new TextEncoder().encode('body')
// CRC-32 of it.
const CHECKSUM = '3685223346'

/** The subpaths that hold senders: every file of the catalogue, and those that need more than a scheme. */
const SUBPATHS = entryPoints()
  .filter(({ key, subpath }) => key === './webhook/*' || subpath === './webhook/paypal')
  .map(({ specifier }) => specifier)

const isSpec = (/** @type {unknown} */ one) => {
  const { id, base, place } = /** @type {Partial<WebhookSpec>} */ (one ?? {})
  return typeof id === 'string' && typeof base === 'function' && typeof place === 'object'
}

/** One check for one sender each, named after it: `verifyStripeWebhook`. */
const DIRECT = 'countersign/webhook/direct'

/**
 * Every sender, from source, with its subpath and its one check, if it has one.
 * @returns {Promise<Array<{ specifier: string, spec: WebhookSpec, name: string, docs: string, algorithm: string, check?: string }>>}
 */
export async function senders() {
  const { text } = await bundleForBrowser({
    contents: [...SUBPATHS, DIRECT].map((one, at) => `export * as m${at} from '${one}'`).join('\n'),
  })
  const module = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  const checks = Object.keys(module[`m${SUBPATHS.length}`])
  const all = SUBPATHS.flatMap((specifier, at) =>
    Object.values(module[`m${at}`])
      .filter(isSpec)
      .map((spec) => {
        const about = SENDERS[spec.id]
        if (about === undefined) throw new Error(`tools/lib/webhook-senders.mjs has no row "${spec.id}"`)
        const [name, docs, algorithm] = about
        const check = checks.find(
          (one) => one.replace(/^verify(.+)(?:Webhook|Request)$/, '$1').toLowerCase() === spec.id,
        )
        return { specifier, spec, name, docs, algorithm, ...(check !== undefined && { check }) }
      }),
  )
  const without = checks.filter((one) => all.every(({ check }) => check !== one))
  if (without.length > 0) throw new Error(`${DIRECT} has a check for no sender: ${without.join(', ')}`)
  return all.sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

/** What is signed, where that is a text with places for time, id and body; else the parts of the request that it holds. */
function signedText(/** @type {WebhookSpec} */ { base, covers = [], withoutBody, id, weaknesses }) {
  if (weaknesses.includes('shared-token')) return 'nothing: a token is shown'
  /** @type {import('../src/message/message.js').HttpRequest} */
  const request = { method: 'POST', scheme: 'https', authority: '', target: '/', fields: [], body: BODY }
  const parts = { time: '{time}', id: '{id}', body: BODY, request }
  const unread = { ...parts, request: /** @type {any} */ (new Proxy(request, { get: refuse })) }
  try {
    const text = base(unread).map((part) => (part === BODY ? '{body}' : typeof part === 'string' ? part : '…'))
    // A URL that the receiver states is not in the data.
    const whole = (weaknesses.includes('no-url') ? '' : '{url}') + text.join('')
    return `\`${whole.replace(CHECKSUM, '{crc32 of the body}').replaceAll('\n', '\\n').replaceAll('|', '\\|')}\``
  } catch {
    const what = covers.map((one) => one.replace(/^field:/, '').replaceAll('-', ' '))
    const all = withoutBody === true ? what : [...what, 'body']
    return all.length === 0 ? `see \`${id}\`` : all.join(', ')
  }
}

function refuse() {
  throw new Error('the text depends on the request')
}

const minutes = (/** @type {number} */ ms) =>
  ms % 86_400_000 === 0 ? `${ms / 86_400_000} d` : ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`

function duplicatesBy(/** @type {WebhookSpec} */ { delivery }) {
  if (delivery === undefined) return 'content'
  if ('field' in delivery) return delivery.signed ? 'id' : 'id and content'
  return 'id, else content'
}

/** @param {Awaited<ReturnType<typeof senders>>[number]} sender */
function row({ specifier, spec, name, docs, algorithm, check }) {
  const { time, toleranceMs = 300_000, weaknesses } = spec
  const subpath = (/** @type {string} */ text) => `\`${text.replace(/^countersign/, '')}\``
  return [
    `[${name}](${docs})`,
    subpath(specifier) + (check === undefined ? '' : `; ${subpath(DIRECT)}: \`${check}\``),
    algorithm,
    signedText(spec),
    time === undefined ? 'none' : minutes(toleranceMs),
    duplicatesBy(spec),
    weaknesses.filter((one) => one !== 'no-url' && one !== 'no-key-id').join(', ') || '–',
  ].join(' | ')
}

/** The page with its table as the code has it. */
export async function page() {
  const head = 'sender | `countersign…` | algorithm | signed | window | duplicates by | weaknesses'
  const rows = (await senders()).map(row)
  const table = [head, head.replace(/[^|]+/g, ' --- ').trim(), ...rows].map((line) => `| ${line} |`).join('\n')
  const text = readFileSync(PAGE, 'utf8')
  if (!TABLE.test(text)) throw new Error('docs/webhooks.md has no place for the table of senders')
  return text.replace(TABLE, (_, before, after) => before + table + after)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = await page()
  if (process.argv.includes('--check')) {
    if (text !== readFileSync(PAGE, 'utf8')) {
      console.error('docs/webhooks.md differs from the code: npm run docs:webhooks')
      process.exitCode = 1
    }
  } else writeFileSync(PAGE, text)
}
