import { CountersignError } from '../../errors.js'
import { contentDigest } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { normalizeAuthority } from '../../message/target.js'
import type { BaseLine, BaseState } from '../../schemes/rfc9421/mistakes/state.js'
import { otherBodies } from '../../schemes/scheme/other-bodies.js'
import { withoutEnd } from '../../schemes/scheme/text-ends.js'

const LINE = /^("(?:[^"\\]|\\.)*"[^:]*): (.*)$/s

/** A signature base taken apart, with what else the request says of it. */
export function stateOf(base: string, message: HttpMessage): BaseState {
  // An answer has no target: its components of the request (RFC 9421 2.4) are those of the request that it answers.
  const request = isRequest(message) ? message : message.request
  if (request === undefined) throw new CountersignError('MESSAGE_MALFORMED', 'an answer without its request')
  const rows = base.split('\n')
  const params = (rows.pop() ?? '').replace(/^"@signature-params": /, '')
  const lines: BaseLine[] = rows.map((row) => {
    const [, id = row, value = ''] = LINE.exec(row) ?? []
    return { id, name: /^"([^"]*)"/.exec(id)?.[1] ?? id, value }
  })
  const body = message.body instanceof Uint8Array ? message.body : null
  const named = [
    combinedValue(request.fields, 'x-forwarded-host'),
    /host="?([^";,]+)/i.exec(combinedValue(request.fields, 'forwarded') ?? '')?.[1],
    /^https?:\/\/([^/]+)/.exec(combinedValue(request.fields, 'origin') ?? '')?.[1],
    'localhost',
    'localhost:3000',
    'localhost:8080',
    '127.0.0.1',
  ]
  return {
    lines,
    params,
    scheme: request.scheme,
    target: request.target,
    authority: normalizeAuthority(request.authority, request.scheme),
    sentAuthority: request.authority,
    digests: () => digestsOf(body),
    targets: targetsBefore(request),
    hosts: named.filter((one): one is string => one !== undefined && one !== ''),
  }
}

// Of Traefik, nginx and IIS.
const PREFIXES = ['x-forwarded-prefix', 'x-script-name']
const TARGETS = ['x-original-uri', 'x-original-url', 'x-rewrite-url', 'x-forwarded-uri']

const targetsBefore = ({ fields, target }: HttpRequest): readonly string[] => [
  ...PREFIXES.flatMap((name) => combinedValue(fields, name) ?? []).map((prefix) => withoutEnd(prefix, '/') + target),
  ...TARGETS.flatMap((name) => combinedValue(fields, name)?.replace(/^https?:\/\/[^/]+/, '') ?? []),
]

function* digestsOf(body: Uint8Array | null): Generator<readonly [value: string, of: string]> {
  for (const [other, what] of otherBodies(body))
    for (const name of ['sha-256', 'sha-512'] as const) yield [contentDigest(other, name), what]
}
