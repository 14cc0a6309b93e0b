import { isKeyId } from '../../../crypto/key.js'
import { CountersignError, fail, isCountersignError, urlKind, type VerdictCode } from '../../../errors.js'
import { combinedValue, trimOws } from '../../../message/fields.js'
import type { HttpMessage } from '../../../message/message.js'
import { type Member, parseDictionary, parseItem } from '../../../message/structured-fields.js'

/** Where the keys of an agent lie on its origin. */
export const AGENT_KEYS_PATH = '/.well-known/http-message-signatures-directory'

/** The revisions of Web Bot Auth whose `Signature-Agent` fields differ. */
export type WebBotAuthDraft = 'legacy' | 'ietf-00' | 'ietf-01'

/** Faults of a signature of an agent that no verdict code names. */
export type AgentFault =
  | 'signature-agent-absent'
  | 'signature-agent-ambiguous-member'
  | 'signature-agent-member-missing'
  | 'signature-agent-not-https'
  | 'signature-agent-not-origin'
  | 'signature-agent-unparsable'
  | 'signature-agent-unsupported'
  | 'missing-fields'
  | 'keyid-not-thumbprint'
  | 'target-not-covered'
  | 'chain-not-covered'
  | 'test-key'
  | 'post-quantum-missing'

/**
 * The faults with their outcome (the signature is wrong, or nothing can be decided), and the text they are refused with.
 */
export const AGENT_FAULTS: Readonly<Record<AgentFault, readonly [outcome: 'invalid' | 'unverified', text: string]>> = {
  'signature-agent-absent': ['unverified', 'the signature covers no Signature-Agent member'],
  'signature-agent-ambiguous-member': ['invalid', 'the signature covers several Signature-Agent members'],
  'signature-agent-member-missing': ['invalid', 'the covered Signature-Agent member is absent'],
  'signature-agent-not-https': ['invalid', 'the Signature-Agent URL is not https'],
  'signature-agent-not-origin': ['unverified', 'the Signature-Agent URL of a directory is not an origin'],
  'signature-agent-unparsable': ['invalid', 'the Signature-Agent field or its URL does not parse'],
  'signature-agent-unsupported': ['unverified', 'the Signature-Agent member is of a kind that is not read here'],
  'missing-fields': ['invalid', 'the signature lacks created, expires or keyid'],
  'keyid-not-thumbprint': ['invalid', 'the key id is not a SHA-256 thumbprint'],
  'target-not-covered': ['invalid', 'the signature covers neither @authority nor @target-uri'],
  'chain-not-covered': ['invalid', 'the signature covers another one without all that the other one covers'],
  'test-key': ['invalid', 'the key is a published test key'],
  'post-quantum-missing': ['invalid', 'the agent has to sign with ML-DSA as well'],
}

const CODES: Readonly<Partial<Record<AgentFault, VerdictCode>>> = {
  'missing-fields': 'TIMESTAMP_MALFORMED',
  'signature-agent-member-missing': 'COMPONENT_MISSING',
  'target-not-covered': 'COMPONENT_MISSING',
  'chain-not-covered': 'COMPONENT_MISSING',
  'test-key': 'KEY_UNKNOWN',
}

/** The refusal for a fault. Its text is the one of the table, by which a server finds the name again. */
export const agentFault = (fault: AgentFault): CountersignError =>
  new CountersignError(CODES[fault] ?? 'AUTH_MALFORMED', AGENT_FAULTS[fault][1])

const NAMES: ReadonlyMap<string, AgentFault> = /* @__PURE__ */ new Map(
  (Object.keys(AGENT_FAULTS) as AgentFault[]).map((name) => [AGENT_FAULTS[name][1], name]),
)

/** The fault that a refusal is for; `undefined` for any other refusal. */
export const faultOf = (detail: string): AgentFault | undefined => NAMES.get(detail)

const LONGEST = 2_048
const TYPES = new Set(['directory', 'jwks_uri'])

const MOST_REMEMBERED = 256
const LONGEST_REMEMBERED = 512

/** Reads the key id of an agent's signature, the pair `<url>#<thumbprint>`. @throws {CountersignError} a verdict code. */
export type AgentPairReader = (covered: readonly string[], message: HttpMessage, thumbprint: string) => string

/**
 * Reads the URL of the key set that a signature names, from the one `Signature-Agent` member that it covers, and pairs it with
 * the thumbprint. An agent sends the same two with every request, so the pairs seen before are remembered.
 */
export function agentPairReader(drafts: ReadonlySet<WebBotAuthDraft>): AgentPairReader {
  // By the value of the field: every request brings new texts, and one that is joined of them would be hashed as a whole.
  const known = new Map<string, { readonly id: string; readonly thumbprint: string; readonly pair: string }>()
  return (covered, message, thumbprint) => {
    let id: string | undefined
    for (const one of covered) {
      if (one !== '"signature-agent"' && !one.startsWith('"signature-agent";')) continue
      if (id !== undefined) throw agentFault('signature-agent-ambiguous-member')
      id = one
    }
    const text = combinedValue(message.fields, 'signature-agent')
    if (id === undefined) throw agentFault('signature-agent-absent')
    if (text === undefined) throw agentFault('signature-agent-member-missing')
    const found = known.get(text)
    // Stryker disable next-line ConditionalExpression: it only saves the reading
    if (found?.id === id && found.thumbprint === thumbprint) return found.pair
    const pair = `${signatureAgentUrl(id, text, drafts)}#${thumbprint}`
    // A URL of other characters than a key id has cannot be in an allow list either.
    if (!isKeyId(pair)) throw agentFault('signature-agent-unsupported')
    // Any client can fill this, which costs the next request one reading and nothing else.
    // Stryker disable next-line ConditionalExpression,EqualityOperator: what is forgotten is read again
    if (known.size >= MOST_REMEMBERED) known.clear()
    // Stryker disable next-line ConditionalExpression,EqualityOperator,ObjectLiteral: what is not remembered is read again
    if (text.length <= LONGEST_REMEMBERED) known.set(text, { id, thumbprint, pair })
    return pair
  }
}

/** @throws {CountersignError} a verdict code; the text is one of {@link AGENT_FAULTS}. */
function signatureAgentUrl(id: string, text: string, drafts: ReadonlySet<WebBotAuthDraft>): string {
  const [, key] = /^"signature-agent";key="([^"\\]*)"$/.exec(id) ?? []
  if (key === undefined && id !== '"signature-agent"') throw agentFault('signature-agent-unsupported')
  // The first byte decides: a dictionary starts with a key, the older form is a string.
  if (trimOws(text).startsWith('"')) {
    if (key !== undefined || !drafts.has('legacy')) throw agentFault('signature-agent-unsupported')
    return resolved(
      read(() => parseItem(text)),
      LEGACY,
    )
  }
  const members = read(() => parseDictionary(text))
  if (new Set(members.map(([name]) => name)).size !== members.length) throw agentFault('signature-agent-unparsable')
  const found = key === undefined ? members : members.filter(([name]) => name === key)
  if (found.length > 1) throw agentFault('signature-agent-ambiguous-member')
  const member = found[0]?.[1]
  if (member === undefined) throw agentFault('signature-agent-member-missing')
  return resolved(member, drafts)
}

const LEGACY: ReadonlySet<WebBotAuthDraft> = new Set(['legacy'])

function resolved(member: Member, drafts: ReadonlySet<WebBotAuthDraft>): string {
  if (member.kind !== 'item' || member.value.type !== 'string') throw agentFault('signature-agent-unparsable')
  const { value } = member.value
  const [named, ...others] = member.params
  if (others.length > 0 || (named !== undefined && (named[0] !== 'type' || named[1].type !== 'token')))
    throw agentFault('signature-agent-unsupported')
  const type = named?.[1].value as string | undefined
  if (type !== undefined && !(drafts.has('ietf-00') && TYPES.has(type))) throw agentFault('signature-agent-unsupported')
  const url = parseAgentUrl(value)
  if (url.protocol !== 'https:') throw agentFault('signature-agent-not-https')
  if (url.username !== '' || url.password !== '' || url.href.includes('#'))
    throw agentFault('signature-agent-unparsable')
  // RFC 6454 6.2; the slash that a URL parser adds is tolerated.
  const isOrigin = value === url.origin || value === `${url.origin}/`
  if (type === 'jwks_uri') return url.href
  if (isOrigin && (type !== undefined || drafts.has('ietf-00') || drafts.has('legacy')))
    return url.origin + AGENT_KEYS_PATH
  // A later revision names the key set itself, with no type.
  if (type === undefined && drafts.has('ietf-01')) return url.href
  throw agentFault('signature-agent-not-origin')
}

function parseAgentUrl(text: string): URL {
  try {
    if (text.length <= LONGEST && !/[\s\\]/.test(text)) return new URL(text)
  } catch {
    // The parser's own error repeats the text.
  }
  throw agentFault('signature-agent-unparsable')
}

function read<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!isCountersignError(error)) throw error
    throw agentFault('signature-agent-unparsable')
  }
}

function absoluteUrl(url: string): URL {
  try {
    return new URL(url)
  } catch (cause) {
    return fail('ARGUMENT_INVALID', `agentIdentifier: "url" must be an absolute URL, got ${urlKind(url)}`, { cause })
  }
}

/**
 * The identifier of an agent, from the URL of its keys: without query and fragment, in the normal form of RFC 3986 6.2.2 and 6.2.3, so
 * that two spellings of one URL are one agent.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no absolute URL.
 * @example
 * ```ts
 * import { agentIdentifier } from 'countersign/agents'
 *
 * console.assert(agentIdentifier('https://BOT.example.com:443/%7Ea?x#y') === 'https://bot.example.com/~a')
 * ```
 */
export function agentIdentifier(url: string): string {
  const { origin, pathname } = absoluteUrl(url)
  // WHATWG URL has lower case, default ports and dot segments; escapes are left as they came.
  const path = pathname.replace(/%[0-9a-f]{2}/gi, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
    return /[A-Za-z0-9._~-]/.test(character) ? character : triplet.toUpperCase()
  })
  // Put together, not resolved: a path that begins with two slashes would name another host.
  return origin + path
}
