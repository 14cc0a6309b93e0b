import { EXCHANGES } from '../doctor/exchanges.js'
import { type FamilyFacts, familyFacts } from '../doctor/families/family-case.js'
import { FAMILY_IDS } from '../doctor/families/ids.js'
import type { Capture } from '../doctor/index.js'
import { isCountersignError } from '../errors.js'
import { exchangeVerifier } from '../exchange/verifier/verifier.js'
import { fieldLines } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { rfc9421Verifier } from '../schemes/rfc9421/verifier.js'
import type { UntrustedSignature, VerifyScheme } from '../schemes/scheme.js'
import type { Fact, SignatureFacts } from './engine-types.js'

/** What the request states of its signatures, before any key has judged them. */
export function signaturesOf(capture: Capture, scheme: string | undefined): readonly SignatureFacts[] {
  if (scheme === undefined) return []
  const parser = verifierOf(scheme)
  try {
    if (parser !== undefined) return parser.parse(requestOf(capture)).map(factsOf)
    return FAMILY_IDS.includes(scheme) ? ofFamily(familyFacts(requestOf(capture), scheme)) : []
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return [{ label: '', facts: [], covered: [], problem: error.message }]
  }
}

const momentText = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : `${new Date(ms).toISOString()} (${ms % 1_000 === 0 ? ms / 1_000 : ms})`

function factsOf(signature: UntrustedSignature): SignatureFacts {
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ['key id', signature.keyId],
    ['claimed algorithm', signature.claimedAlgorithm],
    ['created', momentText(signature.createdMs)],
    ['expires', momentText(signature.expiresMs)],
    ['nonce', signature.nonce],
    ['tag', signature.tag],
    ['signature', `${signature.signature.length} bytes`],
  ]
  const facts = rows.filter((row): row is Fact => row[1] !== undefined)
  return { label: signature.label, facts, covered: signature.covered }
}

/** The same of a scheme besides RFC 9421 and the exchanges. */
function ofFamily(facts: FamilyFacts | undefined): readonly SignatureFacts[] {
  if (facts === undefined) return []
  const { keyId, algorithms, createdMs, covered, bytes } = facts
  const shared: ReadonlyArray<readonly [string, string | undefined]> = [
    ['key id', keyId === '' ? undefined : keyId],
    ['algorithm', algorithms[0]],
    ['created', momentText(createdMs)],
  ]
  return bytes.map((length) => ({
    label: '',
    facts: [
      ...shared.filter((row): row is Fact => row[1] !== undefined),
      ['signature', length === undefined ? 'in another form than the scheme has' : `${length} bytes`],
    ],
    covered,
  }))
}

/** The verifying side of a scheme by its name: `rfc9421`, the id of an exchange, or that with its variant. */
function verifierOf(scheme: string): VerifyScheme | undefined {
  if (scheme === 'rfc9421') return rfc9421Verifier()
  const [id = '', variant] = scheme.split('/')
  const factory = Object.hasOwn(EXCHANGES, id) ? EXCHANGES[id] : undefined
  return factory && exchangeVerifier(factory(variant === undefined ? {} : { variant }))
}

/** The capture as a message. @throws {CountersignError} `MESSAGE_MALFORMED` for a field that cannot be on the wire. */
function requestOf({ method, url, headers, body }: Capture): HttpRequest {
  const [, scheme = 'https', authority = '', rest = ''] = /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(url) ?? []
  return {
    method,
    scheme: scheme.toLowerCase(),
    authority,
    target: rest.startsWith('/') ? rest : `/${rest}`,
    fields: fieldLines(headers.map(([name, value]): [string, string] => [name, value])),
    body: body ?? null,
  }
}
