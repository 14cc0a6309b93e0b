import { akpMembers, akpThumbprint } from '../../../crypto/akp.js'
import { publicMaterialOf } from '../../../crypto/held.js'
import type { SigningKey } from '../../../crypto/key.js'
import { jwkThumbprint } from '../../../crypto/thumbprint.js'
import { assertOptions, fail, mustBe, type OptionNames } from '../../../errors.js'
import { hasField } from '../../../message/fields.js'
import { type HttpMessage, isRequest, withFields } from '../../../message/message.js'
import { FLAG, LIST, milliseconds, oneOf, TEXT } from '../../../support/option-kinds.js'
import type { Prepared, SignContext, Signer } from '../../scheme.js'
import type { ComponentInit } from '../base.js'
import { component } from '../component.js'
import { rfc9421Signer } from '../custom-signer.js'
import { coverLess, LABEL_TEXT } from '../options.js'
import { AGENT_KEYS_PATH, type WebBotAuthDraft } from './signature-agent.js'

/** The tag of signatures of agents. */
export const WEB_BOT_AUTH_TAG = 'web-bot-auth'

/** Options of {@link webBotAuth}. */
export interface WebBotAuthOptions<K extends SigningKey = SigningKey> {
  /**
   * The agent's private key, Ed25519 in practice, or one of ML-DSA (experimental); a shared secret is refused. The key id that is
   * sent is its thumbprint.
   */
  readonly key: K
  /** Where the agent publishes its keys: the origin `https://bot.example.com`. */
  readonly agent: string
  /**
   * The revision whose `Signature-Agent` is sent. `ietf-00`: a dictionary with the origin, which deployed verifiers read.
   * `ietf-01`: a dictionary with the URL of the key set. `legacy`: the origin as a bare string. Default `ietf-00`.
   */
  readonly draft?: WebBotAuthDraft
  /** Name of the signature, and of the `Signature-Agent` member. Default `sig1`. */
  readonly label?: string
  /** How long the signature may be used, at most 24 hours. Default five minutes. */
  readonly expiresInMs?: number
  /** Adds a nonce, by which a site notices a copy. Default `true`. */
  readonly nonce?: boolean
  /** Adds the algorithm's name. Default `true`, as the agents of today do; a key of ML-DSA has none that could be given. */
  readonly alg?: boolean
  /** Covered besides `@authority`, `@method` and `@path`, such as `['@query']`. */
  readonly cover?: readonly string[]
}

const DAY = 86_400_000
const KNOWN: OptionNames<WebBotAuthOptions> = {
  key: 2,
  agent: [TEXT, 2],
  draft: /* @__PURE__ */ oneOf('legacy', 'ietf-00', 'ietf-01'),
  label: LABEL_TEXT,
  expiresInMs: /* @__PURE__ */ milliseconds(1_000, DAY),
  nonce: FLAG,
  alg: FLAG,
  cover: LIST,
}
const HINTS = { directory: 'agent', signatureAgent: 'agent', revision: 'draft', components: 'cover', url: 'agent' }

/** The form of a SHA-256 thumbprint in base64url. */
export const THUMBPRINT: RegExp = /^[A-Za-z0-9_-]{43}$/

/** A key under its thumbprint; it answers at once where the key does. */
export type ThumbprintKey<K extends SigningKey> = SigningKey & Pick<K, 'sign'>

/**
 * The same key under its RFC 7638 thumbprint, the key id of agents. A key of another make (a KMS) must have that id already.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function thumbprintKey<K extends SigningKey>(where: string, key: K): ThumbprintKey<K> {
  mustBe(typeof key?.sign === 'function', 'key', 'a signing key', key, 'CONFIG_INVALID', `${where}: `)
  if (key.algorithm.startsWith('hmac'))
    fail('CONFIG_INVALID', `${where}: "key" must be a private key: a shared secret has no public half to publish`)
  const keyId = thumbprintOf(where, key)
  return { keyId, algorithm: key.algorithm, sign: (base) => key.sign(base) } as ThumbprintKey<K>
}

function thumbprintOf(where: string, key: SigningKey): string {
  const members = akpMembers((key as { readonly publicJwk?: unknown }).publicJwk)
  if (members !== undefined) return akpThumbprint(members)
  if (publicMaterialOf(key) !== undefined) return jwkThumbprint(key)
  if (THUMBPRINT.test(key.keyId)) return key.keyId
  fail(
    'CONFIG_INVALID',
    `${where}: "key" must have its SHA-256 thumbprint as key id, because its public half is unknown`,
  )
}

/**
 * Web Bot Auth: requests of a crawler or agent that state where its keys are published. Adds `Signature-Agent`, and covers it with
 * the authority, method, path and the digest of a body.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` for a request with a `Signature-Agent` field.
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-webbotauth-httpsig-protocol/ | Web Bot Auth}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { webBotAuth } from 'countersign/agents'
 * import { generateKeyPair } from 'countersign/crypto'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-2026' })
 * const signer = webBotAuth({ key: signingKey, agent: 'https://bot.example.com' })
 * const signedFetch = createSignedFetch(signer, { origins: ['https://shop.example.com'] })
 * ```
 */
export function webBotAuth<K extends SigningKey>(options: WebBotAuthOptions<K>): Signer<ThumbprintKey<K>> {
  assertOptions('webBotAuth', options, KNOWN, HINTS)
  const { label = 'sig1', expiresInMs = 300_000, nonce = true } = options
  const key = thumbprintKey('webBotAuth', options.key)
  const { alg = !key.algorithm.startsWith('ml-dsa') } = options
  const { value, components } = agentShape(options)
  const { scheme } = rfc9421Signer({
    key,
    label,
    tag: WEB_BOT_AUTH_TAG,
    expiresInMs,
    nonce,
    alg,
    components,
    whenPresent: ['content-digest'],
    [coverLess]: true,
  })
  return {
    key,
    scheme: {
      id: 'rfc9421/web-bot-auth',
      prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
        if (!isRequest(message)) fail('MESSAGE_MALFORMED', 'webBotAuth: the profile signs requests only')
        if (hasField(message.fields, 'signature-agent'))
          fail('MESSAGE_MALFORMED', 'webBotAuth: a Signature-Agent field is there already')
        return scheme.prepare(withFields(message, [...message.fields, 'Signature-Agent', value]), context)
      },
    },
  }
}

/** The `Signature-Agent` field of an agent, and what its signatures cover. @throws {CountersignError} `CONFIG_INVALID`. */
export function agentShape(options: Pick<WebBotAuthOptions, 'agent' | 'draft' | 'label' | 'cover'>): {
  readonly value: string
  readonly components: readonly ComponentInit[]
} {
  const { agent, draft = 'ietf-00', label = 'sig1', cover = [] } = options
  const origin = agentOrigin(agent)
  const value = {
    legacy: `"${origin}"`,
    'ietf-00': `${label}="${origin}"`,
    'ietf-01': `${label}="${origin}${AGENT_KEYS_PATH}"`,
  }[draft]
  const own = draft === 'legacy' ? 'signature-agent' : component('signature-agent', { key: label })
  return { value, components: ['@authority', '@method', '@path', ...cover, own] }
}

/**
 * The origin under which an agent is known.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function agentOrigin(text: unknown, name = 'agent'): string {
  try {
    const { origin, protocol } = new URL(text as string)
    if (protocol === 'https:' && (text === origin || text === `${origin}/`)) return origin
  } catch {
    // As any other text that is no origin.
  }
  fail('CONFIG_INVALID', `"${name}" must be an origin such as https://bot.example.com, got another text`)
}
