import { bareHost, isThisMachine } from '../../access/this-machine.js'
import { utf8 } from '../../crypto/encoding.js'
import { exportPublicKey } from '../../crypto/export.js'
import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, isCountersignError, kindOf, type OptionNames } from '../../errors.js'
import { rfc9421 } from '../../schemes/rfc9421/signer.js'
import { defined } from '../../support/defined.js'
import { whole } from '../../support/option-kinds.js'
import type { Attack, Kit, Try } from './attack.js'
import { BODY_ATTACKS } from './body-attacks.js'
import { bytesOf, crafter, type Plain } from './craft.js'
import { HEADER_ATTACKS } from './header-attacks.js'
import { hasPublicHalf, KEY_ATTACKS } from './key-attacks.js'
import { SIGNATURE_ATTACKS } from './signature-attacks.js'
import { TARGET_ATTACKS } from './target-attacks.js'
import { TIME_ATTACKS } from './time-attacks.js'
import { exchange, type Got, leadsAway, type Target } from './wire.js'

/** Options of {@link probe}. */
export interface ProbeOptions {
  /** A key that the server accepts. It signs the honest requests, and what the attacks begin with. */
  readonly key: SigningKey
  /** Default `GET`, or `POST` with a body. The request is executed some thirty times, so it should change nothing. */
  readonly method?: string
  /** Further fields. Default: none, or `Content-Type: application/json` with a body. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  /** Text is sent as UTF-8. Without a body the attacks on bodies are not tried. */
  readonly body?: Uint8Array | string
  /** Name of the signature. Default `sig1`. */
  readonly label?: string
  /** Tag of the signature, for a server that asks for one. */
  readonly tag?: string
  /** Where to connect in place of the URL's host, `127.0.0.1:8443`: for a service that is known by another name in public. */
  readonly connectTo?: string
  /** How long an answer may take, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
  /** Allows a host that is not this machine. Probing a server that is not yours is an attack on it. */
  readonly ownServer?: boolean
  /** Called with each row when it is known. */
  readonly onRow?: (row: ProbeRow) => void
}

/** What became of one try of one attack. */
export interface ProbeRow {
  /** The number of the attack in the catalogue. */
  readonly number: number
  /** Name of the attack. */
  readonly attack: string
  /** Name of the try. */
  readonly name: string
  /**
   * `refused` as it must be; `accepted`: a hole; `failed`: a status of 500 or more, so an error and not a rule, or no status at
   * all, so that it is not seen whether the request was executed; `untested`: what had to be accepted first was not, or a limit of
   * requests refused it (429).
   */
  readonly outcome: 'refused' | 'accepted' | 'failed' | 'untested'
  /** What came back. */
  readonly got: Got
}

/** What a probe has shown. */
export interface ProbeReport {
  /** Where the probe went. */
  readonly url: string
  /** The status of the honest request. */
  readonly honest: Got
  /** The same after all attacks. Where it is not accepted any more, the refusals before it show nothing. */
  readonly honestAfter: Got
  /** What became of each try. */
  readonly rows: readonly ProbeRow[]
  /** Attacks that could not be tried, and what each lacks. */
  readonly skipped: ReadonlyArray<{ readonly number: number; readonly attack: string; readonly lacks: string }>
}

const KNOWN: OptionNames<ProbeOptions> = {
  key: 2,
  method: 1,
  headers: 1,
  body: 1,
  label: 1,
  tag: 1,
  connectTo: 1,
  timeoutMs: whole(1, 600_000),
  ownServer: 1,
  onRow: 1,
}

const ATTACKS: readonly Attack[] = [
  ...TIME_ATTACKS,
  ...KEY_ATTACKS,
  ...SIGNATURE_ATTACKS,
  ...HEADER_ATTACKS,
  ...TARGET_ATTACKS,
  ...BODY_ATTACKS,
].sort((a, b) => a.number - b.number)

/**
 * Tries the executable part of the attack catalogue on a server that verifies RFC 9421 signatures, ours or any other, with one
 * key that it accepts. Every attack must be refused.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a bad option and for a host that is not this machine; `ARGUMENT_INVALID` for
 *   what is no URL; `HOST_FAULT` where the honest request is not accepted, so that nothing could be shown.
 * @example
 * ```ts
 * import { ed25519PrivateKey, randomBytes } from 'countersign/crypto'
 * import { probe } from 'countersign/proxy'
 *
 * const key = ed25519PrivateKey({ keyId: 'bot-1', seed: randomBytes(32) })
 * const { rows } = await probe('http://localhost:3000/orders', { key, body: '{"quantity":1}' })
 * console.log(rows.filter(({ outcome }) => outcome === 'accepted'))
 * ```
 */
export async function probe(url: string, options: ProbeOptions): Promise<ProbeReport> {
  assertOptions('probe', options, KNOWN, {
    iOwnThisServer: 'ownServer',
    data: 'body',
    timeout: 'timeoutMs',
    address: 'connectTo',
  })
  const { key, label = 'sig1', tag, timeoutMs = 5_000, onRow } = options
  if (typeof key?.sign !== 'function') fail('CONFIG_INVALID', `"key" must be a signing key, got ${kindOf(key)}`)
  const target = targetOf(url, options)
  if (target.hereOnly === true && (await leadsAway(target.host))) elsewhere(target.host)
  const body = typeof options.body === 'string' ? utf8(options.body) : (options.body ?? null)
  const plain: Plain = {
    method: options.method ?? (body === null ? 'GET' : 'POST'),
    url,
    headers: options.headers ?? (body === null ? [] : [['Content-Type', 'application/json']]),
    body,
  }
  const { scheme } = rfc9421(defined({ key, label, tag }))
  const craft = crafter(plain, scheme, key, label)
  const kit: Kit = { plain, key, label, craft, publicForms: publicFormsOf(key) }
  const send = (bytes: Uint8Array): Promise<Got> => exchange(target, bytes, timeoutMs)
  const honest = await send(bytesOf(await craft()))
  if (!isAccepted(honest))
    fail(
      'HOST_FAULT',
      `probe: the honest request must be accepted, got ${honest}: is the server up, and does it know this key by this id?`,
    )
  const rows: ProbeRow[] = []
  const skipped: Array<ProbeReport['skipped'][number]> = []
  for (const { number, name: attack, lacks, tries } of ATTACKS) {
    const lacking = lacks?.(kit)
    if (lacking !== undefined) {
      skipped.push({ number, attack, lacks: lacking })
      continue
    }
    for (const one of await tries(kit)) {
      const row = { number, attack, name: one.name, ...(await outcomeOf(one, send)) }
      rows.push(row)
      onRow?.(row)
    }
  }
  return { url, honest, honestAfter: await send(bytesOf(await craft())), rows, skipped }
}

/** Whether an answer shows that a request was accepted. */
export const isAccepted = (got: Got): boolean => typeof got === 'number' && got < 400

async function outcomeOf(
  { first, sent, oneIsHonest = false }: Try,
  send: (bytes: Uint8Array) => Promise<Got>,
): Promise<Pick<ProbeRow, 'outcome' | 'got'>> {
  if (first !== undefined) {
    const got = await send(first)
    if (!isAccepted(got)) return { outcome: 'untested', got }
  }
  const all = await Promise.all(sent.map(send))
  const accepted = all.filter(isAccepted)
  // The same bytes several times, none before: one of them is the honest request.
  const allowed = first === undefined && sent.length > 1 ? 1 : 0
  if (accepted.length > allowed) return { outcome: 'accepted', got: accepted[0] as Got }
  // Refused for their number, or all of them with the honest one among them: not refused as an attack.
  if (all.includes(429)) return { outcome: 'untested', got: 429 }
  const got = all.find((one) => !isAccepted(one)) as Got
  if (oneIsHonest && accepted.length === 0) return { outcome: 'untested', got }
  const error = all.find((one) => typeof one !== 'number' || one >= 500)
  return error === undefined ? { outcome: 'refused', got } : { outcome: 'failed', got: error }
}

function publicFormsOf(key: SigningKey): Kit['publicForms'] {
  if (!hasPublicHalf(key.algorithm)) return []
  try {
    const pem = exportPublicKey(key, 'pem')
    return [
      ['PEM', utf8(pem)],
      ['PEM without its last line break', utf8(pem.trimEnd())],
      ['DER', exportPublicKey(key, 'der')],
      ['raw public key', exportPublicKey(key, 'raw')],
    ]
  } catch (error) {
    // A key in an HSM or of the caller shows no public half.
    if (isCountersignError(error)) return []
    throw error
  }
}

/** @throws {CountersignError} `CONFIG_INVALID`, `ARGUMENT_INVALID` */
function targetOf(url: string, { ownServer, connectTo }: ProbeOptions): Target {
  const at = URL.canParse(url) ? new URL(url) : undefined
  if (at === undefined || !/^https?:$/.test(at.protocol) || at.username + at.password !== '')
    return fail(
      'ARGUMENT_INVALID',
      `probe: "url" must be a URL of http or https without credentials, got ${kindOf(url)}`,
    )
  const tls = at.protocol === 'https:'
  const [, host = bareHost(at.hostname), port = at.port] =
    connectTo === undefined ? [] : (/^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(connectTo) ?? misplaced(connectTo))
  const hereOnly = ownServer !== true
  if (hereOnly && !isThisMachine(host)) elsewhere(host)
  return { host: bareHost(host), port: Number(port) || (tls ? 443 : 80), tls, name: bareHost(at.hostname), hereOnly }
}

const elsewhere = (host: string): never =>
  fail(
    'CONFIG_INVALID',
    `probe: the server must be on this machine, got ${host}: a probe attacks it, so one of your own elsewhere needs "ownServer" (--i-own-this-server)`,
  )

const misplaced = (given: unknown): never =>
  fail('CONFIG_INVALID', `probe: "connectTo" must be host:port, got ${kindOf(given)}`)
