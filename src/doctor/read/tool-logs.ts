import { wireOf as http } from './wire-of.js'
import { ofWorker } from './worker-logs.js'

/** What certain tools log of a request and its answer, as text that is read as HTTP. */

const MOST = 262_144
const MOST_LINES = 4_000

/** Jersey's LoggingFeature: `1 > GET https://…`, `1 > Accept: …`, the body without a mark, `1 < 401`. */
function ofJersey(text: string): string | undefined {
  if (!/^\d{1,6} > [A-Z]{3,7} https?:/m.test(text)) return undefined
  const lines = text.split('\n', MOST_LINES)
  const from = lines.findLastIndex((line) => /^\d{1,6} > [A-Z]{3,7} https?:/.test(line))
  const own = lines.slice(from)
  const fields: string[] = []
  const body: string[] = []
  const answer: string[] = []
  let status: string | undefined
  for (const line of own.slice(1)) {
    const [, mark, rest = ''] = /^\d{1,6} ([<>*]) (.*)$/.exec(line) ?? []
    if (mark === '>') fields.push(rest)
    else if (mark === '<') status ??= /^\d{3}/.exec(rest)?.[0]
    else if (mark === undefined && !/\d{1,6} \* (?:Client|Server|Sending)/.test(line))
      (status === undefined ? body : answer).push(line)
  }
  const first = `${(own[0] as string).replace(/^\d{1,6} > /, '')} HTTP/1.1`
  return http(first, fields, body.join('\n').trim(), status, answer.join('\n').trim())
}

/** s3cmd --debug: the call that it makes, and the host before it. */
function ofS3cmd(text: string): string | undefined {
  const call =
    /Sending request method_string='([A-Z]{3,7})', uri=(?:u?'([^'\n]{0,4096})'), headers=(\{[^\n]{0,16384}\}), body=/.exec(
      text,
    )
  if (call === null) return undefined
  const host = /(?:creating new connection: https?:\/\/|get_hostname\([^)\n]{0,256}\): )([^\s/]{1,256})/.exec(text)?.[1]
  const fields = [...(call[3] as string).matchAll(/u?'([\w-]{1,128})': u?'((?:[^'\\]|\\.){0,8192})'/g)].map(
    ([, name, value]) => `${name}: ${value}`,
  )
  const behind = text.slice(call.index + call[0].length)
  const status = /'status': (\d{3})/.exec(behind)?.[1]
  const said = /'data': b?(?:'((?:[^'\\]|\\.){0,16384})'|"((?:[^"\\]|\\.){0,16384})")/.exec(behind)
  // s3cmd sends no port that its scheme has anyway.
  const bare = host?.replace(/:(?:443|80)$/, '') ?? 'unknown.invalid'
  return http(
    `${call[1]} ${call[2]} HTTP/1.1`,
    [...(fields.some((one) => /^host:/i.test(one)) ? [] : [`Host: ${bare}`]), ...fields],
    '',
    status,
    (said?.[1] ?? said?.[2] ?? '').replace(/\\n/g, '\n').replace(/\\(['"\\])/g, '$1'),
  )
}

const ATTRIBUTE =
  /\b(?:http\.([\w.-]{1,96})|url\.full)["']?\s?[=:]\s?(?:\[\s?)?(?:"((?:[^"\\\n]|\\.){0,16384})"|'([^'\n]{0,16384})'|([^\s,\]}"']{0,16384}))/g
const MOST_ATTRIBUTES = 400

/** The names that OpenTelemetry has for the parts of a request, in a line of a log or in JSON. */
function ofAttributes(text: string): string | undefined {
  if (!/\bhttp\.request\.header\./.test(text)) return undefined
  const of = new Map<string, string>()
  const fields: string[] = []
  let count = 0
  for (const [, name = 'url', double, single, bare = ''] of text.matchAll(ATTRIBUTE)) {
    if (count++ > MOST_ATTRIBUTES) break
    const value = double?.replace(/\\(["\\/])/g, '$1') ?? single ?? bare
    const field = /^request\.header\.(.{1,64})$/.exec(name)?.[1]
    if (field !== undefined) fields.push(`${field.replaceAll('_', '-')}: ${value}`)
    else if (!of.has(name)) of.set(name, value)
  }
  const url = of.get('url') ?? of.get('request.url')
  if (url === undefined || fields.length === 0) return undefined
  return http(
    `${of.get('method') ?? of.get('request.method') ?? 'GET'} ${url} HTTP/1.1`,
    fields,
    of.get('request.body') ?? '',
    of.get('status_code') ?? of.get('response.status_code'),
    of.get('response.body') ?? '',
  )
}

const WORD = /(?:^|\s)([\w-]{1,64})=(?:"((?:[^"\\\n]|\\.){0,16384})"|'([^'\n]{0,16384})'|([^\s"']{1,8192}))/g

/** `method=POST url=https://… x-sign="…" body='…'` in a line. */
function ofWords(text: string): string | undefined {
  const at = /^[^\n]{0,256}?\bmethod=["']?[A-Z]{3,7}["']?[ \t][^\n]{0,256}?\b(?:url|uri)=["']?https?:\/\/[^\n]*$/m.exec(
    text,
  )?.[0]
  if (at === undefined) return undefined
  const of = new Map<string, string>()
  let count = 0
  for (const [, name = '', double, single, bare = ''] of at.matchAll(WORD))
    if (count++ < MOST_ATTRIBUTES) of.set(name.toLowerCase(), double?.replace(/\\(["\\])/g, '$1') ?? single ?? bare)
  const fields = [...of].filter(([name]) => name.includes('-') || /^(?:authorization|signature|host|date)$/.test(name))
  if (fields.length === 0) return undefined
  const url = of.get('url') ?? of.get('uri')
  return http(
    `${of.get('method')} ${url} HTTP/1.1`,
    fields.map((one) => one.join(': ')),
    of.get('body') ?? of.get('payload') ?? '',
    of.get('status'),
    '',
  )
}

/** The debug log of resty (Go). */
function ofResty(text: string): string | undefined {
  const found =
    /~~~ REQUEST ~~~\s+([A-Z]{3,7})\s+(\S{1,8192})\s+HTTP\/[\d.]+\s+HOST\s*:\s*(\S{1,256})\s+HEADERS\s*:\n((?:[ \t]+[^\n]*\n){0,200})BODY\s*:\s*([\s\S]{0,65536}?)\n-{20,}/.exec(
      text,
    )
  if (found === null) return undefined
  const [, method, target, host, fields = '', body = ''] = found
  const behind = text.slice(found.index + found[0].length)
  return http(
    `${method} ${target} HTTP/1.1`,
    [`Host: ${host}`, ...fields.split('\n').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]))],
    /^\*{3}/.test(body) ? '' : body,
    /STATUS\s*:\s*(\d{3})/.exec(behind)?.[1],
    /BODY\s*:\s*([\s\S]{0,65536}?)\n(?:={20,}|$)/.exec(behind)?.[1] ?? '',
  )
}

/** A file of Bruno. */
function ofBruno(text: string): string | undefined {
  const found = /^(get|post|put|patch|delete|head|options) \{\s+url: (\S{1,8192})/m.exec(text)
  if (found === null) return undefined
  const block = (name: string): string => {
    const at = new RegExp(`^${name} \\{\\n`, 'm').exec(text)
    const end = at === null ? -1 : text.indexOf('\n}', at.index)
    return at === null || end === -1 ? '' : text.slice(at.index + at[0].length, end)
  }
  const body = block('body:json') || block('body:text') || block('body:xml') || block('body')
  return http(
    `${(found[1] as string).toUpperCase()} ${found[2]} HTTP/1.1`,
    // What begins with "~" is switched off.
    block('headers')
      .split('\n')
      .flatMap((one) => (/^\s*(?:~|$)/.test(one) ? [] : [one.trim()])),
    body.replace(/^ {2}/gm, ''),
    undefined,
    '',
  )
}

/** `mc admin trace` and the trace log of MinIO: `[REQUEST s3.GetObject] …`, the lines of the request, `[RESPONSE] …`. */
function ofMinio(text: string): string | undefined {
  const at = text.lastIndexOf('[REQUEST ')
  const found =
    at === -1
      ? null
      : /^\[REQUEST [^\n]{0,256}\n(?:[^\n]{0,256}?\s)?([A-Z]{3,7} \/\S{0,8192})[^\n]{0,64}\n([\s\S]{0,65536}?)(?:\n[^\n[]{0,256}\[RESPONSE\]([\s\S]{0,65536}))?$/.exec(
          text.slice(at, at + 131_072),
        )
  if (found === null) return undefined
  const [, first = '', own = '', answer = ''] = found
  // Each line may have the address of the server before it.
  const before = /^(\S{1,256}\s+)Proto:/m.exec(own)?.[1] ?? ''
  const lines = own.split('\n').map((line) => (line.startsWith(before) ? line.slice(before.length) : line))
  const end = lines.findIndex((line) => !/^[\w-]{1,128}:/.test(line))
  const head = end === -1 ? lines : lines.slice(0, end)
  return http(
    `${first} HTTP/1.1`,
    head.filter((line) => !line.startsWith('Proto:')),
    end === -1
      ? ''
      : lines
          .slice(end)
          .join('\n')
          .replace(/<BODY>/g, '')
          .trim(),
    /\b(\d{3}) [A-Z][a-z]/.exec(answer)?.[1],
    /<[?A-Z][\s\S]*/.exec(answer)?.[0] ?? '',
  )
}

/** The request of JMeter: `POST https://…`, `POST data:`, `Request Headers:`. */
function ofJmeter(text: string): string | undefined {
  const found =
    /^([A-Z]{3,7} https?:\/\/\S{1,8192})\s+(?:[A-Z]{3,7} data:\n([\s\S]{0,65536}?)\n\n)?(?:\[no cookies\]|Cookie Data:[^\n]{0,8192})\n[\s\S]{0,64}?Request Headers:\n((?:[\w-]{1,128}: [^\n]{0,8192}\n?){1,200})/m.exec(
      text,
    )
  return found === null
    ? undefined
    : http(`${found[1]} HTTP/1.1`, (found[3] as string).trim().split('\n'), found[2] ?? '', undefined, '')
}

/** CommonsRequestLoggingFilter of Spring: `POST /path, client=…, headers=[name:"value", …], payload=…]`. */
function ofSpring(text: string): string | undefined {
  const found =
    /([A-Z]{3,7}) (\S{1,8192}?)(?:, (?:client|session|user)=[^,\n]{0,256}){0,3}, headers=\[((?:[\w-]{1,128}:"[^"\n]{0,8192}"(?:, )?){1,200})\](?:, payload=([^\n]{0,65536}))?/.exec(
      text,
    )
  if (found === null) return undefined
  const [, method, target, headers = '', payload = ''] = found
  const fields = [...headers.matchAll(/([\w-]{1,128}):"([^"\n]{0,8192})"/g)].map(
    ([, name, value]) => `${name}: ${value}`,
  )
  // The filter itself is in brackets: its end is none of the payload.
  return http(`${method} ${target} HTTP/1.1`, fields, payload.replace(/\]\s*$/, ''), undefined, '')
}

/** HTTP logging of ASP.NET Core: a line for each part of the request. */
function ofAspNet(text: string): string | undefined {
  if (!/HttpLoggingMiddleware/.test(text)) return undefined
  const lines = text.split('\n', MOST_LINES).map((line) => line.trim())
  const from = lines.lastIndexOf('Request:')
  if (from === -1) return undefined
  const named = new Map<string, string>()
  const fields: string[] = []
  let body = ''
  for (const line of lines.slice(from + 1)) {
    const [, name = '', value = ''] = /^([\w-]{1,128}): ?(.*)$/.exec(line) ?? []
    if (name === 'RequestBody') body = value
    else if (/^(?:Protocol|Method|Scheme|PathBase|Path|QueryString)$/.test(name)) named.set(name, value)
    else if (name === 'StatusCode' || /^Response/.test(line)) break
    else if (name !== '' && !/^(?:info|dbug|trce|Duration)$/.test(name)) fields.push(line)
  }
  const of = (name: string): string => named.get(name) ?? ''
  const host = fields
    .find((line) => /^host:/i.test(line))
    ?.slice(5)
    .trim()
  const target = `${of('PathBase')}${of('Path') || '/'}${of('QueryString')}`
  return http(
    `${of('Method') || 'GET'} ${host === undefined ? '' : `${of('Scheme') || 'https'}://${host}`}${target} HTTP/1.1`,
    fields,
    body,
    undefined,
    '',
  )
}

/** The last request that a known tool has logged; `undefined` where none of them is. */
export const toolText = (pasted: string): string | undefined => {
  const text = pasted.slice(0, MOST)
  return (
    ofJersey(text) ??
    ofS3cmd(text) ??
    ofAttributes(text) ??
    ofResty(text) ??
    ofBruno(text) ??
    ofMinio(text) ??
    ofJmeter(text) ??
    ofSpring(text) ??
    ofAspNet(text) ??
    ofWorker(text) ??
    ofWords(text)
  )
}
