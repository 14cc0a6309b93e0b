import { ANSWERS } from './forms.js'
import { wireOf as http } from './wire-of.js'

/** Logs of workers of Cloudflare: `wrangler tail` for people and as JSON, and Workers Logs. */

const MOST_LINES = 4_000

interface Tailed {
  readonly event?: {
    readonly request?: { readonly url?: unknown; readonly method?: unknown; readonly headers?: object }
    readonly response?: { readonly status?: unknown }
  }
  readonly logs?: ReadonlyArray<{ readonly message?: unknown }>
  readonly exceptions?: ReadonlyArray<{ readonly message?: unknown }>
}

const TAILED_JSON = /"(?:scriptName|eventTimestamp|outcome)"/
const TAILED_LINE =
  /^([A-Z]{3,7}) (https?:\/\/\S{1,8192}) - (?:Ok|Exception|Error|Canceled|Exceeded \w{1,16}|Unknown)[^\n]{0,64}(?:\n|$)/m

/** True for the log of a worker of Cloudflare. */
export const isTailed = (text: string): boolean =>
  TAILED_LINE.test(text) || (/^\s*\{/.test(text) && TAILED_JSON.test(text))

// What a worker prints before its body.
const BODY_LABEL =
  /^(?:(?:raw|req|request)[ ._-]?){0,2}(?:body|payload|text|data)\b[ \t]{0,4}[:=]?[ \t]{0,4}(?=[{["'\w])/i

/** What the last words of a worker's log say: a body that it has printed, and what it complains of. */
function sayings(messages: readonly string[]): readonly [body: string, complaint: string] {
  const bodies = messages.map((one) => one.trim().replace(BODY_LABEL, ''))
  const isBody = (one: string): boolean => /^[{[]["{[]|^[\w.%+-]{1,64}=\S*$/.test(one)
  // An object that says what is wrong is printed as well.
  const labelled = bodies.findIndex((one, at) => isBody(one) && BODY_LABEL.test(messages[at]?.trim() ?? ''))
  const bare = bodies.findIndex((one) => isBody(one) && !ANSWERS.test(one))
  const found = labelled === -1 ? bare : labelled
  return [bodies[found] ?? '', messages.filter((_, at) => at !== found).join('\n')]
}

function parsed(text: string): Tailed | undefined {
  try {
    return JSON.parse(text) as Tailed
  } catch {
    return undefined
  }
}

const isRefused = ({ event, exceptions = [] }: Tailed): boolean =>
  Number(event?.response?.status) >= 400 || exceptions.length > 0

/** One event that is printed over many lines, or one a line: of several the last one that was refused, or the last. */
function lastEvent(text: string): Tailed | undefined {
  const whole = parsed(text)
  if (whole !== undefined) return whole
  const events = text.split('\n', MOST_LINES).flatMap((line) => (/^\s*\{/.test(line) ? (parsed(line) ?? []) : []))
  return events.findLast(isRefused) ?? events.at(-1)
}

/** `wrangler tail` and Workers Logs of Cloudflare as JSON, which has no body but one that the worker itself has printed. */
function ofTailed(text: string): string | undefined {
  if (!/^\s*\{/.test(text) || !TAILED_JSON.test(text)) return undefined
  const tailed = lastEvent(text)
  if (tailed === undefined) return undefined
  const { url, method, headers } = tailed.event?.request ?? {}
  if (typeof url !== 'string' || !/^https?:/.test(url)) return undefined
  const said = [...(tailed.logs ?? []), ...(tailed.exceptions ?? [])].flatMap(({ message }) =>
    [message].flat().map((one) => (typeof one === 'string' ? one : JSON.stringify(one ?? ''))),
  )
  const [body, complaint] = sayings(said)
  return http(
    // The mark says that a body may have been sent that is not here.
    `> ${typeof method === 'string' ? method : 'GET'} ${url} HTTP/1.1`,
    Object.entries(headers ?? {}).map(([name, value]) => `> ${name}: ${String(value)}`),
    body,
    `${tailed.event?.response?.status ?? 400}`,
    complaint,
  )
}

/** `wrangler tail` for people: `POST https://… - Ok @ 11/14/2023, 10:13:20 PM`, and a line for each thing that was logged. */
function ofTailedLines(text: string): string | undefined {
  const found = TAILED_LINE.exec(text)
  if (found === null) return undefined
  const lines = text
    .slice(found.index + found[0].length)
    .split('\n', MOST_LINES)
    .map((line) => line.replace(/^\s*(?:\((?:log|info|debug|warn|error)\)|[\u2718X] \[ERROR\])\s?/, ''))
  const fields: string[] = []
  const rest: string[] = []
  for (const line of lines) {
    const printed = /[{[]\s*["']?[\w-]{1,128}["']?\s*[:,]/.exec(line)
    const pairs =
      printed === null
        ? []
        : [...line.matchAll(/["']?([a-zA-Z][\w-]{0,127})["']?\s*[:,]\s*"((?:[^"\\]|\\.){0,8192})"/g)].map(
            ([, name, value]) => `${name}: ${value}`,
          )
    const one = /^\s*([a-z][\w-]{0,127}-[\w-]{1,64}|authorization|signature|digest|date|host):? +(\S[^\n]*)$/i.exec(
      line,
    )
    if (pairs.some((pair) => /^(?:[\w-]*-[\w-]*|authorization|signature|digest)(?=: )/i.test(pair)))
      fields.push(...pairs)
    else if (one !== null) fields.push(`${one[1]}: ${one[2]}`)
    else if (line.trim() !== '') rest.push(line.trim().replace(/^(?:raw ?)?(?:body|payload):? (?=[{[])/i, ''))
  }
  const [body, complaint] = sayings(rest)
  return http(
    `> ${found[1]} ${found[2]} HTTP/1.1`,
    fields.map((one) => `> ${one}`),
    body,
    '400',
    complaint,
  )
}

/** The request of a worker's log; `undefined` for any other text. */
export const ofWorker = (text: string): string | undefined => ofTailed(text) ?? ofTailedLines(text)
