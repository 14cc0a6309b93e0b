import { utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Capture } from './types.js'

/** What may have happened to a request between the key and the place where it was captured. */
export interface Mistake {
  readonly id: string
  readonly cause: string
  readonly fix: string
  /** The request as it may have been signed. */
  readonly undo?: (capture: Capture) => readonly Capture[]
  /** The text as it may have been signed, from the one that a verifier builds. */
  readonly undoText?: (base: string, capture: Capture) => string
}

const BODY_FIX = 'Serialise the body once, sign that text, and hand the same text to the client that sends it.'

function json(capture: Capture): unknown {
  const text = capture.body === undefined ? undefined : utf8Decode(capture.body)
  if (text === undefined || !/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const withJson =
  (write: (value: unknown) => string) =>
  (capture: Capture): readonly Capture[] => {
    const value = json(capture)
    return value === undefined ? [] : [{ ...capture, body: utf8(write(value)) }]
  }

/** As Python's json.dumps writes it: a space behind each colon and comma. Numbers and texts stay as they are. */
const spaced = (value: unknown): string =>
  JSON.stringify(value, undefined, 1).replace(/\n\s*/g, (_all, at: number, all: string) =>
    /[{[]\s*$/.test(all.slice(0, at)) || /^\n\s*[\]}]/.test(all.slice(at)) ? '' : ' ',
  )

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, one]) => [name, sorted(one)]),
        )
      : value

const withUrl =
  (change: (url: string) => string) =>
  (capture: Capture): readonly Capture[] => {
    const url = change(capture.url)
    return url === capture.url ? [] : [{ ...capture, url }]
  }

const header = ({ headers }: Capture, lower: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === lower)?.[1]

/** Another authority: in the URL, and in the field that states it. */
const withHost = (capture: Capture, host: string): Capture => ({
  ...capture,
  url: capture.url.replace(/^(https?:\/\/)[^/?#]*/i, (_all, start: string) => start + host),
  headers: capture.headers.map(([name, value]) => [name, name.toLowerCase() === 'host' ? host : value]),
})

export const MISTAKES: readonly Mistake[] = [
  {
    id: 'body-spaces',
    cause: 'The body was signed without the spaces that it was sent with.',
    fix: BODY_FIX,
    undo: withJson((value) => JSON.stringify(value)),
  },
  {
    id: 'body-spaces',
    cause: 'The body was signed with spaces that it was sent without.',
    fix: BODY_FIX,
    undo: withJson(spaced),
  },
  {
    id: 'body-order',
    cause: 'The members of the body were signed in another order than they were sent in.',
    fix: BODY_FIX,
    undo: withJson((value) => JSON.stringify(sorted(value))),
  },
  {
    id: 'body-missing',
    cause: 'The body was left out of what was signed.',
    fix: 'Sign the text of the body as well.',
    undo: ({ body, ...rest }) => (body === undefined ? [] : [rest]),
  },
  {
    id: 'body-line-break',
    cause: 'The body was sent with a line break at its end that was not signed.',
    fix: BODY_FIX,
    undo: (capture) => {
      const text = capture.body === undefined ? '' : (utf8Decode(capture.body) ?? '')
      return /\s$/.test(text) ? [{ ...capture, body: utf8(text.trimEnd()) }] : []
    },
  },
  {
    id: 'host-rewritten',
    cause: 'The request was signed for another host than the one it arrived for.',
    fix: 'Let the proxy hand on the Host of the client, or tell the verifier the public origin.',
    undo: (capture) => {
      const forwarded = /host="?([^";,]+)/i.exec(header(capture, 'forwarded') ?? '')?.[1]
      const hosts = [header(capture, 'x-forwarded-host'), header(capture, 'x-original-host'), forwarded]
      return hosts.flatMap((host) => (host === undefined ? [] : [withHost(capture, host.trim())]))
    },
  },
  {
    id: 'host-port',
    cause: 'The port of the host was not signed.',
    fix: 'Sign the host as it is sent, with its port.',
    undo: (capture) => {
      const [, host, port] = /^https?:\/\/([^/?#]*):(\d+)/i.exec(capture.url) ?? []
      return host === undefined || port === undefined ? [] : [withHost(capture, host)]
    },
  },
  {
    id: 'query-missing',
    cause: 'The query was left out of what was signed.',
    fix: 'Sign the path with its query, exactly as it is sent.',
    undo: withUrl((url) => url.replace(/\?.*$/, '')),
  },
  {
    id: 'trailing-slash',
    cause: 'The path was signed without the slash at its end.',
    fix: 'Sign the path exactly as it is sent.',
    undo: withUrl((url) => url.replace(/([^/:])\/(?=\?|$)/, '$1')),
  },
  {
    id: 'percent-encoding',
    cause: 'The query was signed before it was percent-encoded.',
    fix: 'Encode the query once, sign that text, and send it.',
    undoText: (base, { url }) => {
      const query = /\?[^#]*/.exec(url)?.[0].slice(1) ?? ''
      return query === '' ? base : base.replace(query, query.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent))
    },
  },
  {
    id: 'method-case',
    cause: 'The method was signed in lower case.',
    fix: 'Sign the method in upper case, as it is sent.',
    undoText: (base, { method }) => base.replace(method, method.toLowerCase()),
  },
]
