import { utf8Decode } from '../../crypto/encoding.js'
import { randomNonce } from '../../crypto/random.js'
import { hasField } from '../../message/fields.js'
import { type HttpRequest, httpRequest, normalMethod } from '../../message/message.js'
import { allowInsecure, isSecure } from '../../message/target.js'
import { wholeUrl } from '../../proxy/config/parts.js'
import { rfc9421 } from '../../schemes/rfc9421/signer.js'
import { signPrepared } from '../../schemes/scheme.js'
import { curlOf } from '../curl.js'
import { durationMs } from '../durations.js'
import { EXIT } from '../exit-codes.js'
import { assertNoSecretIn, type Items, objectOf, readItems } from '../items.js'
import { answerHead, bodyText, exactJson, requestHead } from '../pretty.js'
import { withQuery } from '../query.js'
import { jsonText } from '../screen.js'
import { signatureOptions } from '../signature-options.js'
import type { Signed } from '../signed.js'
import { signingKeyOf } from '../signing-key.js'
import { baseText, printBase } from '../trace.js'
import { type Answer, send } from '../transport.js'
import { urlHint, urlOf } from '../url-hint.js'
import { usage } from '../usage.js'
import { VERSION } from '../version.js'
import { argOf, type Call, flagOf, hide, type Options, paintFor, print, textOf } from '../world.js'

/** `request METHOD URL …`: signs, sends and prints the answer. */
export async function run(call: Call): Promise<number> {
  const { world, options } = call
  const { method, url, words } = wordsOf(call)
  const timeoutMs = timeoutOf(options)
  assertUrl(url, textOf(options, 'exchange') !== undefined)
  const items = await readItems(world, words, options)
  const signed =
    textOf(options, 'exchange') === undefined
      ? await signedByKey(call, method, url, items)
      : await (await import('../exchange-request.js')).signedForExchange(call, method, url, items)
  if (flagOf(options, 'trace') && signed.base !== undefined && !call.json)
    world.stderr.write(hide(world, printBase(signed.base, paintFor(world.stderr, world.env))))
  if (flagOf(options, 'printCurl')) {
    const curl = curlOf(signed.request, world.hidden)
    world.stdout.write(call.json ? `${jsonText({ curl }, [])}\n` : `${curl}\n`)
    return EXIT.ok
  }
  const answer = await send(signed.request, timeoutMs)
  if (call.json) printDocument(call, signed, answer)
  else printAnswer(call, signed.request, answer)
  if (!call.json) world.stderr.write(refusalHint(signed, answer))
  return answer.status < 400 ? EXIT.ok : EXIT.refused
}

/**
 * What a server of this machine most often refuses, unless it says why: a key that it does not know, or the other name of this
 * machine than the one that it is set up for.
 */
function refusalHint({ request: { authority }, keyId }: Signed, { status, body }: Answer): string {
  const [, host = '', port = ''] = /^(localhost|127\.0\.0\.1)(:\d+)?$/.exec(authority) ?? []
  const code = /"code":"([A-Z]+(?:_[A-Z]+)+)"/.exec(utf8Decode(body) ?? '')?.[1] ?? 'HOST_MISMATCH'
  if (host === '' || (status !== 401 && status !== 421) || code !== 'HOST_MISMATCH') return ''
  const other = `${host === 'localhost' ? '127.0.0.1' : 'localhost'}${port}`
  // 421 is an answer about the host alone.
  const key = status === 401 && keyId !== undefined ? keyId : undefined
  const [signed, unknown] =
    key === undefined ? ['', ''] : [`as ${JSON.stringify(key)} `, 'does not know this key id, or ']
  return `countersign: it was signed ${signed}for ${authority}; a server that ${unknown}is set up for ${other} refuses that. Its log has the reason\n`
}

function timeoutOf(options: Options): number {
  const ms = durationMs('--timeout', textOf(options, 'timeout') ?? '30s')
  return ms >= 1 && ms <= 86_400_000 ? ms : usage('--timeout must be from 1ms to 1d')
}

/** A URL parser removes line breaks and tabs silently: what is sent would not be what was written. */
function assertUrl(url: string, isForExchange: boolean): void {
  if (/[\0-\x20\x7f]/.test(url)) usage('the URL must have no space, line break or other control character: write %20')
  assertNoSecretIn(url)
  if (!isForExchange) urlOf('the URL', url)
}

/** The method may be left out: then it is GET, or POST where there is something to send. */
function wordsOf(call: Call): { readonly method: string | undefined; readonly url: string; readonly words: string[] } {
  const [first, second] = [argOf(call, 0), call.args[1]]
  const rest = [...(Array.isArray(call.args[2]) ? (call.args[2] as readonly string[]) : [])]
  const isUrl = /^(?:https?:\/\/|\/)/.test(first) || wholeUrl(first) !== first
  if (!isUrl && typeof second !== 'string')
    usage(`request must be followed by a method and a URL${/^[a-z]+$/i.test(first) ? '' : urlHint(first)}`)
  return isUrl
    ? { method: undefined, url: first, words: [...(typeof second === 'string' ? [second] : []), ...rest] }
    : { method: normalMethod(first), url: second as string, words: rest }
}

function bodyOf({ fields, body }: Items, form: boolean): readonly [body: string | Uint8Array | null, type?: string] {
  if (body !== undefined) return [body]
  if (fields.length === 0) return [null]
  if (!form) return [JSON.stringify(objectOf(fields)), 'application/json']
  const pairs = fields.map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return [new URLSearchParams(pairs).toString(), 'application/x-www-form-urlencoded']
}

async function signedByKey(call: Call, method: string | undefined, url: string, items: Items): Promise<Signed> {
  const { world, options } = call
  const [body, type] = bodyOf(items, flagOf(options, 'form'))
  const unsigned = httpRequest({
    method: method ?? (body === null ? 'GET' : 'POST'),
    url: withQuery(wholeUrl(url), items.query),
    headers: headersOf(items, type),
    body,
  })
  assertSecure(`${unsigned.scheme}://${unsigned.authority}`, options)
  const key = await signingKeyOf(world, options)
  const { scheme } = rfc9421({ key, ...signatureOptions(options) })
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: randomNonce() }
  const prepared = scheme.prepare(unsigned, context)
  return { request: await signPrepared(prepared, key), base: prepared.base, keyId: key.keyId }
}

/** A captured request on a plain connection can be held back and read by every hop. */
function assertSecure(origin: string, options: Options): void {
  if (!isSecure(origin, flagOf(options, 'allowHttp') ? { [allowInsecure]: true } : {}))
    usage(`${origin} must be https: only this machine is spoken to without TLS, or state --allow-http`)
}

function headersOf({ headers }: Items, type: string | undefined): ReadonlyArray<readonly [string, string]> {
  const flat = headers.flat()
  return [
    ...(hasField(flat, 'user-agent') ? [] : [['User-Agent', `countersign/${VERSION}`] as const]),
    ...(hasField(flat, 'accept') ? [] : [['Accept', '*/*'] as const]),
    ...(type === undefined || hasField(flat, 'content-type') ? [] : [['Content-Type', type] as const]),
    ...headers,
  ]
}

/** Which parts are printed: H and B of the request, h and b of the answer. */
function printAnswer({ world, options, paint }: Call, request: HttpRequest, answer: Answer): void {
  const { stdout } = world
  const parts = flagOf(options, 'verbose') ? 'HBhb' : (textOf(options, 'print') ?? (stdout.isTTY === true ? 'hb' : 'b'))
  if (!/^[HBhb]{1,4}$/.test(parts)) usage('--print must be letters of H, B (request) and h, b (answer)')
  const sent = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  if (parts.includes('H')) stdout.write(hide(world, requestHead(request, paint)))
  if (parts.includes('B') && sent.length > 0) stdout.write(hide(world, `${bodyText(sent, paint)}\n`))
  if (parts.includes('h')) stdout.write(hide(world, answerHead(answer, paint)))
  if (!parts.includes('b')) return
  // Redirected into a file it is the body, byte for byte.
  stdout.write(stdout.isTTY === true || parts !== 'b' ? hide(world, bodyText(answer.body, paint)) : answer.body)
}

function printDocument(call: Call, { request, base }: Signed, answer: Answer): void {
  const { method, scheme, authority, target } = request
  print(call, '', {
    request: { method, url: `${scheme}://${authority}${target}` },
    ...(flagOf(call.options, 'trace') && base !== undefined && { base: baseText(base) }),
    status: answer.status,
    headers: pairsOf(answer.fields),
    ...bodyDocument(answer.body),
  })
}

const pairsOf = (fields: readonly string[]): string[][] =>
  fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? '']] : []))

/** JSON as `json`, where printing it again changes nothing; other text as `text`, anything else as `base64`. */
function bodyDocument(body: Uint8Array): object {
  const text = Buffer.from(body).toString()
  if (!Buffer.from(text).equals(body)) return { base64: Buffer.from(body).toString('base64') }
  const document = exactJson(text)
  return document === undefined ? { text } : { json: document.value }
}
