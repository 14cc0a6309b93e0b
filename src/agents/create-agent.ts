import type { SignedFetch, SignedFetchOptions } from '../client/fetch/options.js'
import { createSignedFetch } from '../client/fetch/signed-fetch.js'
import type { SigningKey } from '../crypto/key.js'
import { assertInteger, assertOptions, fail, mustBe, type OptionNames, urlKind } from '../errors.js'
import { isSecure } from '../message/target.js'
import type { HybridAgentKey } from '../schemes/rfc9421/hybrid/hybrid-agents.js'
import type { WebBotAuthDraft } from '../schemes/rfc9421/profiles/signature-agent.js'
import { agentOrigin, type WebBotAuthOptions, webBotAuth } from '../schemes/rfc9421/profiles/web-bot-auth.js'
import type { Signer } from '../schemes/scheme.js'
import { defined } from '../support/defined.js'
import { CLOCK, FUNCTION, LIST, TEXT } from '../support/option-kinds.js'
import type { AgentCard } from './card.js'
import { type AgentDirectory, type AgentKey, agentDirectory } from './directory.js'
import { inOwnName } from './own-name.js'

/** Options of {@link createAgent}. */
export interface CreateAgentOptions {
  /** The name of the agent, for its card. */
  readonly name: string
  /** The private key that signs, Ed25519 in practice; `hybridAgentKey()` of `countersign/rfc9421/hybrid` is two that sign together. */
  readonly key: SigningKey
  /** The origin where the keys are published: `https://bot.example.com`. This program answers for it. */
  readonly directory: string
  /** Further keys that are published: the next one, before {@link Agent.rotate} takes it, and the last one. */
  readonly published?: readonly AgentKey[]
  /** More for the card than its name. */
  readonly card?: Omit<AgentCard, 'name'>
  /** As in {@link WebBotAuthOptions}. */
  readonly draft?: WebBotAuthDraft
  /** As in {@link WebBotAuthOptions}. */
  readonly expiresInMs?: number
  /** As in {@link WebBotAuthOptions}. */
  readonly cover?: WebBotAuthOptions['cover']
  /** How long verifiers may keep the directory, and so how long before a change a key must be published. Default one hour. */
  readonly maxAgeMs?: number
  /** Default: the global `fetch`. */
  readonly fetch?: SignedFetchOptions['fetch']
  /** Default: this machine's. */
  readonly clock?: SignedFetchOptions['clock']
}

const KNOWN: OptionNames<CreateAgentOptions> = {
  name: [TEXT, 2],
  key: 2,
  directory: [TEXT, 2],
  published: LIST,
  card: 1,
  draft: 1,
  expiresInMs: 1,
  cover: 1,
  maxAgeMs: 1,
  fetch: FUNCTION,
  clock: CLOCK,
}
const HINTS = { agent: 'directory', origin: 'directory', keys: 'published' }

/** A crawler or AI agent that proves who it is. Made by {@link createAgent}. */
export interface Agent {
  /** `fetch` that signs for whatever https origin it is given. A redirect of a GET or HEAD is followed, signed anew for each origin. */
  readonly fetch: SignedFetch
  /** The answer to a request for the documents of the agent; `undefined` for any other request. */
  documents(request: Request): Promise<Response | undefined>
  /** The same for `node:http`: true where it has answered. */
  readonly node: AgentDirectory['node']
  /** The thumbprint of the key that signs now. */
  readonly keyId: string
  /**
   * Publishes a further key, without signing by it yet. Verifiers know it after `maxAgeMs`; then {@link Agent.rotate} to it.
   */
  publish(key: SigningKey): void
  /**
   * Signs by another key from now on. The last one stays published, so that what it has signed can still be verified.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for a key that has not been published.
   */
  rotate(key: SigningKey): void
  /** Takes a key out of the directory. @throws {CountersignError} `CONFIG_INVALID` for the one that signs. */
  retire(key: SigningKey): void
}

/** Origins whose signed fetch is kept. */
const MOST_ORIGINS = 256
const MOST_REDIRECTS = 20

/**
 * An agent of the web in one object: it signs what it fetches (Web Bot Auth), and answers for the directory of its keys and its card.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `KEY_UNSUPPORTED` for a key whose public half is not known.
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-webbotauth-httpsig-protocol/ | Web Bot Auth}
 * @example
 * ```ts
 * import { createAgent } from 'countersign/agents'
 * import { importSigningKey } from 'countersign/crypto'
 *
 * export default {
 *   async fetch(request: Request, env: { AGENT_KEY: string }): Promise<Response> {
 *     const key = await importSigningKey(env.AGENT_KEY, { keyId: 'bot-2026', algorithm: 'ed25519' })
 *     const agent = createAgent({ name: 'Example Bot', key, directory: 'https://bot.example.com' })
 *     return (await agent.documents(request)) ?? agent.fetch('https://shop.example.com/prices')
 *   },
 * }
 * ```
 */
export function createAgent(options: CreateAgentOptions): Agent {
  return inOwnName('createAgent', () => agentOf(options), renamed)
}

/** What the functions that it calls name otherwise: the option that a message begins with, not what it quotes further on. */
const renamed = (text: string): string =>
  text
    .replace(/^"keys\[(\d+)\]/, (_, at) => (at === '0' ? '"key' : `"published[${Number(at) - 1}]`))
    .replace(/^"(agent|keys|components)"/, (_, name) => `"${RENAMED[name]}"`)
const RENAMED: Readonly<Record<string, string>> = { agent: 'directory', keys: 'published', components: 'cover' }

function agentOf(options: CreateAgentOptions): Agent {
  assertOptions('createAgent', options, KNOWN, HINTS)
  const { name, directory: agent, draft, expiresInMs, cover, fetch, clock, maxAgeMs } = options
  if (maxAgeMs !== undefined) assertInteger('maxAgeMs', maxAgeMs, 0, 86_400_000, 'createAgent: ')
  // Under the names that they have here.
  agentOrigin(agent, 'directory')
  mustBe(typeof name === 'string' && name !== '', 'name', 'text', name, 'CONFIG_INVALID', 'createAgent: ')
  const shape = defined({
    agent,
    draft,
    expiresInMs,
    ...(cover && { cover }),
  })
  const signerOf = (key: SigningKey): Signer =>
    (key as Partial<HybridAgentKey> | undefined)?.agentSigner?.(shape) ?? webBotAuth({ ...shape, key })
  const idOf = (key: SigningKey): string => signerOf(key).key.keyId
  let keys: readonly AgentKey[] = [{ key: options.key }, ...(options.published ?? [])]
  let signer = signerOf(options.key)
  let fetches = new Map<string, SignedFetch>()
  const documentsOf = (): AgentDirectory =>
    agentDirectory(
      defined({
        agent,
        keys,
        card: { name, ...options.card },
        clock,
        maxAgeMs,
      }),
    )
  let documents = documentsOf()
  const publish = (next: readonly AgentKey[]): void => {
    const before = keys
    keys = next
    try {
      documents = documentsOf()
    } catch (error) {
      keys = before
      throw error
    }
  }
  const fetchOf = (origin: string): SignedFetch => {
    const known = fetches.get(origin)
    if (known !== undefined) return known
    const made = createSignedFetch(signer, { origins: [origin], ...(fetch && { fetch }), ...(clock && { clock }) })
    const [oldest] = fetches.keys()
    if (fetches.size >= MOST_ORIGINS && oldest !== undefined) fetches.delete(oldest)
    fetches.set(origin, made)
    return made
  }
  const send: SignedFetch = async (input, init) => {
    // By shape, because a Request may come from another realm, from undici, or from before a server put its own in place.
    const given = typeof input === 'object' && 'url' in input ? input : undefined
    const method = (init?.method ?? given?.method ?? 'GET').toUpperCase()
    const redirect = init?.redirect ?? given?.redirect ?? 'follow'
    const asked = given?.url ?? (input as string | URL)
    // The platform's error holds the URL, and with it what may be a secret.
    let url = URL.canParse(asked)
      ? new URL(asked)
      : fail('ARGUMENT_INVALID', `the URL must be absolute, got ${urlKind(asked)}`)
    if (redirect !== 'follow' || (method !== 'GET' && method !== 'HEAD')) return fetchOf(url.origin)(input, init)
    let from: Parameters<SignedFetch>[0] = input
    let headers = new Headers(init?.headers ?? given?.headers)
    for (let hops = 0; ; hops++) {
      const response = await fetchOf(url.origin)(from, { ...init, method, headers, redirect: 'manual' })
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null
      if (location === null) return response
      const next = new URL(location, url)
      if (hops === MOST_REDIRECTS || !isSecure(next.origin, {}))
        fail('REDIRECT_REFUSED', 'the agent follows at most 20 redirects, and none to plain http')
      await response.body?.cancel()
      if (next.origin !== url.origin) headers = withoutCredentials(headers)
      url = next
      url.hash = ''
      from = url.href
    }
  }
  return {
    fetch: send,
    documents: (request) => documents.fetch(request),
    node: (request, response) => documents.node(request, response),
    get keyId() {
      return signer.key.keyId
    },
    publish: (key) => own(() => publish([...keys, { key }])),
    rotate: (key) => {
      const next = own(() => signerOf(key))
      if (!keys.some((one) => idOf(one.key) === next.key.keyId))
        fail('CONFIG_INVALID', 'createAgent: publish() a key first, and rotate() to it when verifiers know it')
      signer = next
      fetches = new Map()
    },
    retire: (key) => {
      const keyId = own(() => idOf(key))
      if (keyId === signer.key.keyId) fail('CONFIG_INVALID', 'createAgent: the key that signs cannot be retired')
      publish(keys.filter((one) => idOf(one.key) !== keyId))
    },
  }
}

const own = <T>(make: () => T): T => inOwnName('createAgent', make, renamed)

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Fetch standard: what was meant for one origin does not go to another. */
function withoutCredentials(headers: Headers): Headers {
  const kept = new Headers(headers)
  for (const name of ['authorization', 'cookie', 'proxy-authorization']) kept.delete(name)
  return kept
}
