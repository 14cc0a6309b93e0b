import { hashBase64 } from '#backend/hash'
import type { SigningKey } from '../crypto/key.js'
import { randomNonce } from '../crypto/random.js'
import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../errors.js'
import { type HttpRequest, type HttpResponse, httpRequest, httpResponse } from '../message/message.js'
import { toFetchResponse } from '../message/to-fetch.js'
import { component } from '../schemes/rfc9421/component.js'
import { rfc9421Signer } from '../schemes/rfc9421/custom-signer.js'
import type { HybridAgentKey } from '../schemes/rfc9421/hybrid/hybrid-agents.js'
import { coverLess } from '../schemes/rfc9421/options.js'
import { AGENT_KEYS_PATH } from '../schemes/rfc9421/profiles/signature-agent.js'
import { agentOrigin, thumbprintKey } from '../schemes/rfc9421/profiles/web-bot-auth.js'
import { type Signer, signPrepared } from '../schemes/scheme.js'
import { publishedJwk } from '../server/directory/document.js'
import { DIRECTORY_MEDIA_TYPE } from '../server/directory/fetch-document.js'
import { DIRECTORY_TAG } from '../server/directory/own-signature.js'
import type { Clock } from '../sources/monotonic-clock.js'
import { systemClock } from '../sources/sources.js'
import { CLOCK, LIST, TEXT } from '../support/option-kinds.js'
import { type AgentCard, agentCard } from './card.js'

/** A key that an agent publishes, with the times between which it may be used. */
export interface AgentKey {
  /** The private key: each key proves itself in the answer. */
  readonly key: SigningKey
  /** Milliseconds since the epoch. */
  readonly notBeforeMs?: number
  /** Milliseconds since the epoch. */
  readonly expiresAtMs?: number
}

/** Options of {@link agentDirectory}. */
export interface AgentDirectoryOptions {
  /** The origin of the agent, `https://bot.example.com`. */
  readonly agent: string
  /** The keys that verifiers find: the one that signs now, and during a change the next or the last one. */
  readonly keys: readonly AgentKey[]
  /** What is published about the agent, at the path `card.path`. Default: nothing. */
  readonly card?: AgentCard
  /** How long verifiers may keep the answer. Default one hour. */
  readonly maxAgeMs?: number
  /** Default: this machine's. */
  readonly clock?: Clock
}

const KNOWN: OptionNames<AgentDirectoryOptions> = {
  agent: [TEXT, 2],
  keys: [LIST, 2],
  card: 1,
  maxAgeMs: 1,
  clock: CLOCK,
}
const KNOWN_KEY: OptionNames<AgentKey> = { key: 2, notBeforeMs: 1, expiresAtMs: 1 }
const DAY = 86_400_000

/** The documents of an agent. */
export interface AgentDirectory {
  /** The path of the key set. */
  readonly path: string
  /** The answer to a request for one of the documents; `undefined` for any other one. */
  fetch(request: Request): Promise<Response | undefined>
  /** The same for `node:http`: true where it has answered. */
  node(
    request: { method?: string | undefined; url?: string | undefined; headers?: object },
    response: NodeAnswer,
  ): Promise<boolean>
}

/** What {@link AgentDirectory.node} needs of a response. */
export interface NodeAnswer {
  /** Sends status and fields. */
  writeHead(status: number, headers: Record<string, string>): unknown
  /** Sends the body, and ends the answer. */
  end(body?: string | Uint8Array): unknown
}

/**
 * Publishes the keys of an agent, as verifiers and scanners of Web Bot Auth look for them: the well-known path, its media type,
 * thumbprints as key ids, a digest, and one signature of each key over the answer, so that no list can hold a key of another.
 * A card describes the agent beside it.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `KEY_UNSUPPORTED` for a key whose public half is not known.
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-webbotauth-httpsig-protocol/ | Web Bot Auth}
 * @example
 * ```ts
 * import { agentDirectory } from 'countersign/agents'
 * import { generateKeyPair } from 'countersign/crypto'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-2026' })
 * const directory = agentDirectory({ agent: 'https://bot.example.com', keys: [{ key: signingKey }] })
 * export default {
 *   fetch: async (request: Request) => (await directory.fetch(request)) ?? new Response('hello'),
 * }
 * ```
 */
export function agentDirectory(options: AgentDirectoryOptions): AgentDirectory {
  assertOptions('agentDirectory', options, KNOWN, { origin: 'agent', key: 'keys', url: 'agent' })
  const { keys: given, clock = systemClock, maxAgeMs = 3_600_000 } = options
  const origin = agentOrigin(options.agent)
  assertInteger('maxAgeMs', maxAgeMs, 0, DAY, 'agentDirectory: ')
  if (!Array.isArray(given) || given.length === 0)
    fail('CONFIG_INVALID', `agentDirectory: "keys" must be a list with at least one { key }, got ${kindOf(given)}`)
  const keys = given.flatMap(partsOf)
  const named = keys.map((one, at) => {
    assertOptions(`agentDirectory: "keys[${at}]"`, one, KNOWN_KEY)
    return thumbprintKey('agentDirectory', one.key)
  })
  if (new Set(named.map(({ keyId }) => keyId)).size !== named.length)
    fail('CONFIG_INVALID', 'agentDirectory: "keys" names a key twice')
  const body = JSON.stringify({
    keys: keys.map(({ key, notBeforeMs, expiresAtMs }, at) => ({
      ...publishedJwk(key),
      kid: named[at]?.keyId,
      use: 'sig',
      ...(notBeforeMs !== undefined && { nbf: Math.ceil(notBeforeMs / 1000) }),
      ...(expiresAtMs !== undefined && { exp: Math.floor(expiresAtMs / 1000) }),
    })),
  })
  // A proof outlives the copies of the answer by an hour.
  const signers = named.map((key, at) =>
    rfc9421Signer({
      key,
      label: `sig${at + 1}`,
      tag: DIRECTORY_TAG,
      nonce: false,
      expiresInMs: maxAgeMs + 3_600_000,
      components: [component('@authority', { req: true }), 'content-digest'],
      whenPresent: [],
      [coverLess]: true,
    }),
  )
  const asked = httpRequest({ url: origin + AGENT_KEYS_PATH })
  const card = options.card === undefined ? undefined : agentCard(origin, options.card)
  const answer = async (method: string, target: string, etag: string | null): Promise<HttpResponse | undefined> => {
    const path = target.split('?', 1)[0]
    const document =
      path === AGENT_KEYS_PATH
        ? { body, type: DIRECTORY_MEDIA_TYPE, proof: signers }
        : card !== undefined && path === card.path
          ? { body: card.body, type: 'application/json', proof: [] }
          : undefined
    if (document === undefined) return undefined
    const cache = `public, max-age=${Math.floor(maxAgeMs / 1000)}`
    if (method !== 'GET' && method !== 'HEAD') return httpResponse({ status: 405, headers: { allow: 'GET, HEAD' } })
    const own = `"${hashBase64('sha256', document.body)}"`
    if (etag?.split(',').some((one) => one.trim().replace(/^W\//, '') === own))
      return httpResponse({ status: 304, headers: { etag: own, 'cache-control': cache } })
    const headers = { 'content-type': document.type, 'cache-control': cache, etag: own }
    const whole = await proven(
      httpResponse({ status: 200, headers, body: document.body }),
      asked,
      document.proof,
      clock,
    )
    return method === 'HEAD' ? { ...whole, body: null } : whole
  }
  return {
    path: AGENT_KEYS_PATH,
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      const found = await answer(request.method, pathname, request.headers.get('if-none-match'))
      return found && toFetchResponse({ status: found.status, fields: found.fields, body: found.body })
    },
    node: async ({ method = '', url = '', headers = {} }, response) => {
      const etag = (headers as { readonly 'if-none-match'?: string })['if-none-match'] ?? null
      const found = await answer(method, url, etag)
      if (found === undefined) return false
      const { fields } = found
      response.writeHead(found.status, headersOf(fields))
      response.end((found.body as Uint8Array | null) ?? undefined)
      return true
    },
  }
}

/** A pair is published as its two keys. */
const partsOf = (one: AgentKey): readonly AgentKey[] =>
  (one?.key as Partial<HybridAgentKey> | undefined)?.parts?.map((key) => ({ ...one, key })) ?? [one]

const headersOf = (fields: readonly string[]): Record<string, string> => {
  const headers = new Headers()
  for (let at = 0; at < fields.length; at += 2) headers.append(fields[at] as string, fields[at + 1] as string)
  return Object.fromEntries(headers)
}

/** The answer with one signature of each key. */
async function proven(
  response: HttpResponse,
  request: HttpRequest,
  signers: readonly Signer[],
  clock: Clock,
): Promise<HttpResponse> {
  let signed: HttpResponse = { ...response, request }
  for (const { scheme, key } of signers) {
    const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: clock.now(), nonce: randomNonce() }
    signed = await signPrepared(scheme.prepare(signed, context), key)
  }
  return signed
}
