import { assertOptions, fail, kindOf, mustBe, type OptionNames } from '../errors.js'
import { AGENT_KEYS_PATH } from '../schemes/rfc9421/profiles/signature-agent.js'

/** What an agent publishes about itself (draft-meunier-webbotauth-registry-04). */
export interface AgentCard {
  /** Where it is published on the agent's origin. Default `/agent-card.json`. */
  readonly path?: string
  /** The name that people read. */
  readonly name: string
  /** The page about the agent. */
  readonly page?: string
  /** The address of its logo. */
  readonly logo?: string
  /** How to reach its operator: `mailto:bots@example.com`. */
  readonly contacts?: readonly string[]
  /** The `User-Agent` that it sends. */
  readonly userAgent?: string
  /** Its name in robots.txt (RFC 9309). */
  readonly productToken?: string
  /** Whether it follows robots.txt. */
  readonly followsRobots?: boolean
  /** Whether people set it off (`fetcher`) or it runs by itself (`crawler`). */
  readonly trigger?: 'fetcher' | 'crawler'
  /** What it fetches pages for. */
  readonly purpose?: string
  /** The address of the list of its IP ranges. */
  readonly ips?: string
}

const KNOWN: OptionNames<AgentCard> = {
  path: 1,
  name: 2,
  page: 1,
  logo: 1,
  contacts: 1,
  userAgent: 1,
  productToken: 1,
  followsRobots: 1,
  trigger: 1,
  purpose: 1,
  ips: 1,
}

/** A card as it is served. */
export function agentCard(origin: string, card: AgentCard): { readonly path: string; readonly body: string } {
  assertOptions('agentDirectory: "card"', card, KNOWN)
  const { path = '/agent-card.json', name, trigger } = card
  mustBe(typeof name === 'string' && name !== '', 'card.name', 'text', name, 'CONFIG_INVALID', 'agentDirectory: ')
  if (!/^\/[!$&-;=@-Z_a-z~]*$/.test(path) || path.startsWith('//'))
    fail('CONFIG_INVALID', `agentDirectory: "card.path" must be a path such as /agent-card.json, got ${kindOf(path)}`)
  if (trigger !== undefined && trigger !== 'fetcher' && trigger !== 'crawler')
    fail('CONFIG_INVALID', 'agentDirectory: "card.trigger" must be "fetcher" or "crawler"')
  const body = JSON.stringify({
    client_id: origin + path,
    client_name: name,
    client_uri: card.page,
    logo_uri: card.logo,
    contacts: card.contacts,
    jwks_uri: origin + AGENT_KEYS_PATH,
    web_bot_auth: {
      'expected-user-agent': card.userAgent,
      'rfc9309-product-token': card.productToken,
      'rfc9309-compliance': card.followsRobots,
      trigger,
      purpose: card.purpose,
      ips_uri: card.ips,
    },
  })
  return { path, body }
}

/** A card of another agent, as far as it is checked here. */
export interface ReadCard {
  /** What the agent calls itself, which nothing proves. */
  readonly name: string | undefined
  /** The URL of its keys; absent where the card holds them itself. */
  readonly keysUrl: string | undefined
  /** The keys of the card as they stand there, unread. */
  readonly keys: readonly unknown[] | undefined
  /** The member `web_bot_auth`, whose unknown members have no meaning. */
  readonly facts: Readonly<Record<string, unknown>>
}

/**
 * Reads the card of an agent that was fetched from `url`.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED` for a card of another URL, and one without exactly one kind of keys.
 * @example
 * ```ts
 * import { readAgentCard } from 'countersign/agents'
 *
 * const url = 'https://bot.example.com/agent-card.json'
 * const text = JSON.stringify({ client_id: url, client_name: 'Bot', jwks_uri: 'https://bot.example.com/keys' })
 * console.log(readAgentCard(text, url).name)
 * ```
 */
export function readAgentCard(text: string, url: string): ReadCard {
  const refused = (problem: string): never => fail('DIRECTORY_REFUSED', `the card of an agent ${problem}`)
  let read: unknown
  try {
    read = text.length <= 65_536 ? JSON.parse(text) : undefined
  } catch {
    // The parser's own error repeats the text.
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return refused('must be a JSON object')
  const members = new Map<string, unknown>(Object.entries(read))
  if (members.get('client_id') !== url) return refused('must have its own URL as client_id')
  const keysUrl = members.get('jwks_uri')
  const set = members.get('jwks')
  if ((keysUrl === undefined) === (set === undefined)) return refused('must have either jwks or jwks_uri')
  if (keysUrl !== undefined && !(typeof keysUrl === 'string' && keysUrl.startsWith('https://')))
    return refused('must have a jwks_uri of https')
  const keys = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
  if (set !== undefined && !Array.isArray(keys)) return refused('must have a list of keys in jwks')
  const name = members.get('client_name')
  const facts = members.get('web_bot_auth')
  return {
    name: typeof name === 'string' ? name : undefined,
    keysUrl: keysUrl as string | undefined,
    keys: keys as readonly unknown[] | undefined,
    facts: typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>) : {},
  }
}

const LONGEST_REGISTRY = 1_048_576

/**
 * The URLs of a registry of agents: one https: or data: URL a line, `#` starts a comment. Lines that are none are left out.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED` for more than a mebibyte, `ARGUMENT_INVALID` for what is no text.
 * @example
 * ```ts
 * import { readAgentRegistry } from 'countersign/agents'
 *
 * console.log(readAgentRegistry('# bots\nhttps://bot.example.com/card # primary\n'))
 * ```
 */
export function readAgentRegistry(text: string): readonly string[] {
  mustBe(typeof text === 'string', 'text', 'the text of a registry', text, 'ARGUMENT_INVALID', 'readAgentRegistry: ')
  if (text.length > LONGEST_REGISTRY) fail('DIRECTORY_REFUSED', 'a registry of agents must have at most 1 MiB')
  const urls = text.split(/\r\n|[\r\n]/).map((line) => (line.split(/(?:^|\s)#/, 1)[0] as string).trim())
  return [...new Set(urls.filter((url) => /^(?:https|data):[!-~]+$/.test(url)))]
}
