import { utf8 } from '../../crypto/encoding.js'
import { CountersignError } from '../../errors.js'
import { shellWords } from './shell-words.js'
import type { Capture } from './types.js'

/**
 * A request from its text on the wire, from a curl command line, a call of fetch, a HAR or an object with `method`, `url`, `headers`, `body`.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` where there is no request in it.
 */
export function readCapture(text: string): Capture {
  const trimmed = text.trim()
  if (/^(?:\$ )?curl(?:\.exe)?\s/.test(trimmed)) return readCurl(trimmed)
  if (/^[A-Za-z-]+ \S+(?: HTTP\/[\d.]+)?\r?(?:\n|$)/.test(trimmed)) return readHttp(text.replace(/^\s+/, ''))
  const [, url, init = '{}'] =
    /fetch\(\s*(["'`])([^"'`]+)\1\s*(?:,\s*(\{[\s\S]*\}))?\s*\)/.exec(trimmed)?.slice(1) ?? []
  const value = parsed(url === undefined ? trimmed : init)
  if (isRecord(value))
    return readObject(url === undefined ? value : { ...value, url }, url === undefined ? 'object' : 'fetch')
  return nothing('other text')
}

const nothing = (got: string): never => {
  throw new CountersignError(
    'ARGUMENT_INVALID',
    `"input" must be an HTTP request, a curl command line, a call of fetch, a HAR or an object with "url", got ${got}`,
  )
}

type Pair = readonly [name: string, value: string]

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readHttp(text: string): Capture {
  const [, head = '', , body = ''] = /^([\s\S]*?)(\r?\n\r?\n([\s\S]*))?$/.exec(text) ?? []
  const [first = '', ...lines] = head.split(/\r?\n/)
  const [, method = '', target = ''] = /^(\S+) (\S+)/.exec(first) ?? []
  const headers = lines.flatMap((line): Pair[] => {
    const [, name, value = ''] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value]]
  })
  const bad = lines.filter((line) => line.trim() !== '' && !/^[^\s:]+:/.test(line))
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const absolute = /^https?:\/\//i.test(target)
  if (!absolute && host === undefined) return nothing('one without a Host field')
  return {
    format: 'http',
    method,
    url: absolute ? target : `https://${host}${target}`,
    headers,
    ...bodyOf(body, headers),
    unread: [
      ...(absolute ? [] : [{ part: 'scheme', problem: 'the text does not tell http from https; https is assumed' }]),
      ...bad.map((line) => ({ part: line.slice(0, 40), problem: 'is no header field and was left out' })),
    ],
  }
}

/** An editor puts a line break behind the last line; Content-Length tells whether it belongs to the body. */
function bodyOf(text: string, headers: readonly Pair[]): { body?: Uint8Array } {
  if (text === '') return {}
  const length = Number(headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? Number.NaN)
  const bytes = utf8(text)
  return { body: bytes.length > length ? bytes.slice(0, length) : bytes }
}

/** Options of curl that stand alone. */
const ALONE =
  /^-(?:[sSkLvigG#fN]+|-(?:silent|show-error|insecure|location|verbose|include|compressed|globoff|path-as-is|get|fail|http[\d.]+|no-buffer))$/
const DATA = /^(?:-d|--data(?:-raw|-binary|-ascii)?|--json)$/

function readCurl(text: string): Capture {
  const words = shellWords(text).slice(text.startsWith('$ ') ? 2 : 1)
  const headers: Pair[] = []
  const data: string[] = []
  const unread: Array<{ part: string; problem: string }> = []
  let method: string | undefined
  let url = ''
  for (let at = 0; at < words.length; at++) {
    // Both "-XPOST" and "--request=POST" hold the value themselves.
    const [, name, joined] = /^(-[XHdubAe]|--[a-z-]+=)([\s\S]+)$/.exec(words[at] ?? '') ?? []
    const option = name?.replace(/=$/, '') ?? words[at] ?? ''
    if (!option.startsWith('-')) url = option
    else if (ALONE.test(option)) continue
    else if (option === '-I' || option === '--head') method = 'HEAD'
    else {
      const value = joined ?? words[++at] ?? ''
      if (option === '-X' || option === '--request') method = value
      else if (option === '-H' || option === '--header') {
        const [, field, rest = ''] = /^([^\s:;]+)[:;]\s*([\s\S]*)$/.exec(value) ?? []
        if (field !== undefined) headers.push([field, rest])
      } else if (DATA.test(option))
        data.push(option === '-d' || option === '--data' ? value.replace(/\r?\n/g, '') : value)
      else if (option === '--url') url = value
      else unread.push({ part: option, problem: 'was left out' })
    }
  }
  if (url === '') return nothing('a curl command line without a URL')
  if (data.some((one) => one.startsWith('@')))
    unread.push({ part: 'body', problem: 'lies in a file, which a page cannot read' })
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type')
  return {
    format: 'curl',
    method: method ?? (data.length > 0 ? 'POST' : 'GET'),
    url: /^https?:\/\//i.test(url) ? url : `http://${url}`,
    headers: data.length > 0 && !typed ? [...headers, ['Content-Type', 'application/x-www-form-urlencoded']] : headers,
    ...(data.length > 0 && { body: utf8(data.join('&')) }),
    unread,
  }
}

/** `{ method, url, headers, body }`, or what a HAR has under `request`. */
function readObject(value: Record<string, unknown>, format: Capture['format']): Capture {
  const log = value['log']
  const entries = isRecord(log) ? log['entries'] : undefined
  const entry: unknown = Array.isArray(entries) ? entries[0] : value
  if (!isRecord(entry)) return nothing('a HAR without an entry')
  const request = entry['request']
  if (isRecord(request)) return readObject(request, 'har')
  const { method = 'GET', url, headers, body, postData } = entry
  if (typeof url !== 'string' || !/^https?:\/\/[^/?#\s]+/i.test(url)) return nothing('one whose URL is not absolute')
  const text = isRecord(postData) ? postData['text'] : body
  return {
    format,
    method: String(method).toUpperCase(),
    url,
    headers: pairsOf(headers).filter(([name]) => !name.startsWith(':')),
    ...(typeof text === 'string' && text !== '' && { body: utf8(text) }),
    unread:
      text === undefined || typeof text === 'string' ? [] : [{ part: 'body', problem: 'is no text and was left out' }],
  }
}

function pairsOf(headers: unknown): readonly Pair[] {
  if (isRecord(headers)) return Object.entries(headers).map(([name, value]) => [name, String(value)])
  if (!Array.isArray(headers)) return []
  return headers.flatMap((one: unknown): Pair[] => {
    if (Array.isArray(one)) return [[String(one[0]), String(one[1])]]
    return isRecord(one) ? [[String(one['name']), String(one['value'])]] : []
  })
}
