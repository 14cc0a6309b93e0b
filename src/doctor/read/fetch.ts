import { utf8 } from '../../crypto/encoding.js'
import { withoutEnd } from '../../schemes/scheme/text-ends.js'
import { type Draft, emptyDraft } from '../capture.js'
import { axiosCall } from './forms.js'
import { isMembers } from './har.js'
import { Literals } from './literals.js'
import { bufferOf } from './printed-bytes.js'

type Members = Readonly<Record<string, unknown>>

/** A call of axios or got: `axios({ … })`, `axios.post(url, data, { … })`. */
function readAxios(text: string, name: string): Draft {
  const draft = emptyDraft()
  const literals = new Literals(text, text.indexOf('(') + 1, draft.unread)
  const args: unknown[] = []
  do args.push(literals.value(['url', 'data', 'config'][args.length] ?? 'argument'))
  while (args.length < 3 && literals.eat(','))
  const [first, second, third] = args.map((one) => (typeof one === 'symbol' ? undefined : one))
  if (typeof first !== 'string') return fromParts(draft, { ...Object(first) })
  const withBody = /^(?:post|put|patch)$/.test(name)
  const method = /^(?:get|delete|head|options|post|put|patch)$/.test(name) ? { method: name } : {}
  return fromParts(
    draft,
    withBody ? { ...Object(third), ...method, url: first, data: second } : { ...Object(second), ...method, url: first },
  )
}

/** A call of fetch as the developer tools copy it: `fetch("https://…", { … })`, or one of axios. */
export function readFetch(text: string): Draft {
  const axios = axiosCall(text)
  if (axios !== undefined) return readAxios(text.slice(axios.at), axios.name)
  const draft = emptyDraft()
  const literals = new Literals(text, text.indexOf('(') + 1, draft.unread)
  const url = literals.value('url')
  const init = literals.eat(',') ? literals.value('init') : {}
  return fromParts(draft, typeof url === 'string' ? { url, ...Object(init) } : Object(init))
}

function headerPairs(value: unknown, draft: Draft): Array<readonly [string, string]> {
  if (value === undefined || value === null) return []
  const entries: ReadonlyArray<readonly unknown[]> =
    typeof (value as { entries?: unknown }).entries === 'function' && !Array.isArray(value)
      ? [...(value as Iterable<readonly unknown[]>)]
      : Array.isArray(value)
        ? value.map((one) => (isMembers(one) ? [one['name'], one['value']] : Array.isArray(one) ? one : []))
        : Object.entries(value)
  const out: Array<readonly [string, string]> = []
  for (const [name, text] of entries)
    for (const one of Array.isArray(text) ? text : [text])
      if (typeof name === 'string' && (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'))
        out.push([name, String(one)])
      else draft.unread.push({ part: `header ${String(name)}`, problem: 'its value is no text; it is left out' })
  return out
}

/** axios writes these as they are, and a space as "+" (its lib/helpers/buildURL.js). */
const axiosEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/%3A/g, ':').replace(/%24/g, '$').replace(/%2C/g, ',').replace(/%20/g, '+')

/** The URL of a configuration that has `baseURL` and `params` beside it. */
function urlOf(url: string, { baseURL, params }: Members, draft: Draft): string {
  const whole =
    typeof baseURL === 'string' && !/^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(url)
      ? url === ''
        ? baseURL
        : `${withoutEnd(baseURL, '/')}/${url.replace(/^\/+/, '')}`
      : url
  if (params instanceof URLSearchParams || isMembers(params)) {
    const pairs = params instanceof URLSearchParams ? [...params] : Object.entries(params)
    const query = pairs
      .filter(([, value]) => value !== undefined && value !== null)
      .flatMap(([name, value]) =>
        Array.isArray(value)
          ? value.map((one) => `${axiosEncoded(name)}[]=${axiosEncoded(String(one))}`)
          : [`${axiosEncoded(name)}=${axiosEncoded(isMembers(value) ? JSON.stringify(value) : String(value))}`],
      )
      .join('&')
    if (query === '') return whole
    draft.unread.push({ part: 'params', problem: 'they are an object; a query as axios writes it is assumed' })
    return `${whole}${whole.includes('?') ? '&' : '?'}${query}`
  }
  return whole
}

/** An object with the parts of a request, by the names that fetch, axios and this package use. */
export function fromParts(draft: Draft, parts: Members): Draft {
  const { method, url, headers, body, data, response, refusal } = parts
  draft.url = urlOf(typeof url === 'string' || url instanceof URL ? String(url) : '', parts, draft)
  draft.headers = headerPairs(headers ?? parts['fields'], draft)
  const content = body ?? data
  if (typeof content === 'string') draft.body = content === '' ? undefined : utf8(content)
  else if (content instanceof Uint8Array) draft.body = content
  else if (content instanceof URLSearchParams) draft.body = utf8(content.toString())
  else if (isMembers(content) && bufferOf(content) !== undefined) draft.body = bufferOf(content)
  else if (isMembers(content) || Array.isArray(content)) {
    draft.body = utf8(JSON.stringify(content))
    draft.unread.push({
      part: 'body',
      problem: 'it is an object, not the text that was sent; JSON without spaces is assumed',
    })
  } else if (content !== undefined && content !== null)
    draft.unread.push({ part: 'body', problem: 'it is neither text nor bytes; it is left out' })
  draft.method =
    typeof method === 'string' && method !== '' ? method.toUpperCase() : draft.body === undefined ? 'GET' : 'POST'
  if (typeof method === 'string' && method !== draft.method && !/^patch$/i.test(method))
    draft.unread.push({ part: 'method', problem: 'it is sent in capitals, as fetch and every HTTP client does' })
  const answer = refusal ?? response
  if (isMembers(answer)) {
    const status = Number(answer['status'])
    const text = answer['body'] ?? answer['data'] ?? ''
    draft.refusal = {
      ...(Number.isInteger(status) && { status }),
      headers: headerPairs(answer['headers'], draft),
      body: typeof text === 'string' ? text : JSON.stringify(text),
    }
  }
  return draft
}
