import { hashText } from '#backend/hash'
import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import { derReader } from '../../crypto/format/der.js'
import type { VerifyingKey } from '../../crypto/key.js'
import { Secret } from '../../crypto/secret.js'
import { assertOptions } from '../../errors.js'
import { whole } from '../../support/option-kinds.js'
import { environmentOfSecret, isWellFormedSecret, type KeyFormat } from '../record/key-format.js'
import type { Environment } from '../record/key-record.js'

/** One match of a report. Text of a third party in it is cut, cleaned and free of the secret. */
export interface ReportedToken {
  /** The reporter's name for the kind of secret. */
  readonly type: string
  /** Where it was found; may be empty. */
  readonly url: string
  /** In what it was found there: `content`, `commit`, `issue_comment` … in lower case. */
  readonly source: string
  /** SHA-256 of the reported text in hexadecimal, which stands for it in every answer. */
  readonly tokenHash: string
  /** The secret, where it is one of this format with a valid checksum; otherwise no lookup is needed. */
  readonly secret: Secret | undefined
  /** The environment that the token names, where it is one of this service. */
  readonly environment: Environment | undefined
}

/** The verdict on a report. */
export type LeakJudgement =
  | { readonly ok: true; readonly tokens: readonly ReportedToken[] }
  | {
      /** False for a report that is not to be acted on. */
      readonly ok: false
      /** The code of the refusal. */
      readonly code: 'LEAK_REPORT_REFUSED'
      /** 401 not signed by its sender, 400 not a report, 413 too many matches. */
      readonly status: 400 | 401 | 413
      /** Why, for a log. */
      readonly detail: string
    }

const refused = (status: 400 | 401 | 413, detail: string): LeakJudgement => ({
  ok: false,
  code: 'LEAK_REPORT_REFUSED',
  status,
  detail,
})

const MAX_TOKEN = 4_096
const MAX_URL = 2_048
const TYPE = /^[\x20-\x7e]{1,128}$/
const SOURCE = /^[A-Za-z_]{1,64}$/

/** Own properties only: `__proto__` in the JSON is a name like any other. */
const own = (value: object, name: string): unknown =>
  Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined

/** Shorter texts are no secret, and may stand anywhere by chance. */
const MIN_SECRET = 8

const without = (text: string, token: string): string =>
  token.length < MIN_SECRET ? text : text.replaceAll(token, '[secret]')

/** For an audit trail: one line, bounded, and without the secret, which a URL may well hold. */
const cleanUrl = (url: unknown, token: string): string =>
  typeof url === 'string'
    ? // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
      without(url.replace(/[\x00-\x20\x7f-\x9f\u2028\u2029]/g, ''), token).slice(0, MAX_URL)
    : ''

function readToken(item: unknown, format: KeyFormat): ReportedToken | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const token = own(item, 'token')
  const type = own(item, 'type')
  const source = own(item, 'source')
  if (typeof token !== 'string' || token.length === 0 || token.length > MAX_TOKEN) return undefined
  if (typeof type !== 'string' || !TYPE.test(type)) return undefined
  const ours = isWellFormedSecret(token, format)
  return {
    type: without(type, token),
    url: cleanUrl(own(item, 'url'), token),
    source: typeof source === 'string' && SOURCE.test(source) ? source.toLowerCase() : 'unknown',
    tokenHash: hashText('sha256', token, 'hex'),
    secret: ours ? Secret.fromText(token) : undefined,
    environment: ours ? environmentOfSecret(token) : undefined,
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(body) ?? '')
  } catch {
    // Its message would show a piece of the body.
    return undefined
  }
}

/**
 * Judges a report of leaked secrets as a secret scanning partner sends it: first the signature over the exact bytes, then
 * the JSON, then each text by {@link isWellFormedSecret}. It looks nothing up and changes nothing; {@link
 * createLeakReportHandler} puts the rest around it.
 *
 * A report can be sent again by anyone who saw it, because nothing in it is fresh. That is harmless: all it does is to
 * revoke what it names, and to write another one takes the secrets in it.
 *
 * @param report `key` is that of the given key id, `undefined` where no such key is known; `signature` the header's text
 * @see {@link https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program | GitHub, secret scanning partner program}
 * @example
 * ```ts
 * import { judgeLeakReport } from 'countersign/keyring'
 * import { importEcdsaVerifyingKey } from 'countersign/crypto'
 *
 * export async function look(body: Uint8Array, signature: string, pem: string) {
 *   const key = await importEcdsaVerifyingKey(pem, { keyId: 'reporter', algorithm: 'ecdsa-p256-sha256' })
 *   return judgeLeakReport({ body, signature, key, format: { prefix: 'acme' } })
 * }
 * ```
 */
export async function judgeLeakReport(report: {
  /** The bytes of the report, as they came. */
  readonly body: Uint8Array
  /** The text of the header with the signature. */
  readonly signature: string | null | undefined
  /** The key of the id that the report names; `undefined` where no such key is known. */
  readonly key: VerifyingKey | undefined
  /** What the keys of this service look like. */
  readonly format: KeyFormat
  /** How many secrets one report may hold. Default 1 000. */
  readonly maxTokens?: number
}): Promise<LeakJudgement> {
  assertOptions(
    'judgeLeakReport',
    report,
    { body: 2, signature: 1, key: 1, format: 2, maxTokens: whole(1) },
    {},
    'ARGUMENT_INVALID',
  )
  const { body, signature, key, format, maxTokens = 1_000 } = report
  if (key === undefined || typeof signature !== 'string' || !(await isSignedBy(key, body, signature)))
    return refused(401, 'the body must be signed by a known reporter')
  const items = parse(body)
  if (!Array.isArray(items) || items.length === 0) return refused(400, 'the body must be a JSON array of matches')
  if (!(items.length <= maxTokens))
    return refused(413, `the report must have at most ${maxTokens} matches, got ${items.length}`)
  const tokens = items.map((item) => readToken(item, format))
  return tokens.every((token) => token !== undefined)
    ? { ok: true, tokens }
    : refused(400, 'every match must have a text "token" and a "type"')
}

const HALF = 32
// Two integers of 33 bytes with their headers, and the header around both: 72 bytes are 96 characters.
const MAX_TEXT = 96

/** `r ‖ s` of a DER signature (RFC 3279 2.2.3); `undefined` for anything but the one DER of two numbers of P-256. */
function fixedWidth(der: Uint8Array): Uint8Array | undefined {
  try {
    const outer = derReader(der)
    const inner = outer.inside()
    outer.end()
    const r = inner.integer()
    const s = inner.integer()
    inner.end()
    if (r.length > HALF || s.length > HALF) return undefined
    const out = new Uint8Array(2 * HALF)
    out.set(r, HALF - r.length)
    out.set(s, 2 * HALF - s.length)
    return out
  } catch {
    return undefined
  }
}

/** Whether a base64 DER signature over these exact bytes is the key's. One spelling of a signature only; never throws. */
export async function isSignedBy(key: VerifyingKey, body: Uint8Array, signature: string): Promise<boolean> {
  const der = signature.length > MAX_TEXT ? undefined : base64Decode(signature)
  const fixed = der && fixedWidth(der)
  return fixed !== undefined && (await key.verify(body, fixed)) === true
}
