import { base64Decode } from '../../../crypto/encoding.js'
import { fieldValues } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { KeyReading, Problem, SchemeReading } from '../../scheme/scheme-reading.js'

/** Parameters as people write them: with quotes or without, with any spaces, a name that stands twice as it stood first. */
export function looseParams(text: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  // Quotes within quotes are part of the value: what reads it finds them there.
  for (const [, name = '', twice, quoted, bare] of text.matchAll(
    // A bound for each part that many places can begin: without one a long word takes its square.
    /([A-Za-z][A-Za-z0-9_-]{0,63})\s{0,64}=\s*(?:"("[^"]+")"|"([^"]*)"|([^",\s]+))/g,
  ))
    if (!out.has(name)) out.set(name, twice ?? quoted ?? bare ?? '')
  return out
}

/** What stands behind the name of a scheme in a field; `undefined` where that scheme is not there. */
export function behind(request: HttpRequest, field: string, scheme: string): string | undefined {
  const lower = `${scheme.toLowerCase()} `
  const value = fieldValues(request.fields, field).find((one) => one.trimStart().toLowerCase().startsWith(lower))
  return value?.trimStart().slice(lower.length)
}

export const TEXT_KEY: KeyReading = {
  algorithms: ['hmac-sha256'],
  bytes: (text) => new TextEncoder().encode(text),
  reading: 'as its characters',
}

/** The text of a signature in base64, and what it is if it is that. */
export const inBase64 = (text: string): SchemeReading['signatures'] =>
  text === '' ? [] : [{ text, right: base64Decode(text) }]

export const missing = (what: string, where: string, fix: string): Problem => ({
  id: 'part-missing',
  certainty: 'proven',
  cause: `${what} is missing.`,
  evidence: `${where} does not hold it.`,
  fix,
})

const HOSTS = ['x-forwarded-host', 'x-original-host', 'x-forwarded-server']

/** Other hosts that a request names. */
export const namedHosts = (request: HttpRequest): readonly string[] => [
  ...HOSTS.flatMap((name) =>
    fieldValues(request.fields, name).flatMap((one) => one.split(',').map((host) => host.trim())),
  ),
  ...fieldValues(request.fields, 'forwarded').flatMap((one) => /host="?([^";,]+)/i.exec(one)?.slice(1) ?? []),
]
