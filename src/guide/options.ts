import type { ClientTemplate } from '../clients/template.js'
import { CLIENTS } from '../clients/templates.js'
import { isKeyId } from '../crypto/key.js'
import { assertOptions, invalid, kindOf, nearest, type OptionKind, type OptionNames } from '../errors.js'
import { normalizeAuthority } from '../message/target.js'
import type { HeaderScheme } from '../schemes/header/header-scheme.js'
import type { VerifyScheme } from '../schemes/scheme.js'
import type { Policy } from '../server/policy/policy.js'
import { LIST, MEMBERS } from '../support/option-kinds.js'

/** How the page calls the service. */
export interface GuideBrand {
  /** Stands in the title: at most 100 characters. */
  readonly name?: string
  /** Where refusals are reported: an address or a URL, as text. */
  readonly support?: string
  /** URL of a style sheet for the HTML page, which has no style of its own. */
  readonly stylesheet?: string
}

/** Options of {@link clientGuide}. */
export interface ClientGuideOptions {
  /** The policy of the verifier. */
  readonly policy: Policy
  /** What the verifier takes: `rfc9421Verifier()`, and what `defineHeaderScheme` returns. Default: RFC 9421. */
  readonly schemes?: ReadonlyArray<VerifyScheme | HeaderScheme>
  /** By name, in this order: `bash`, `python`, `go`, `node` … Default: all that can serve the policy. */
  readonly languages?: readonly string[]
  /** `https://api.example.com`, one of the policy's authorities. Default: the first of them, by https. */
  readonly origin?: string
  /** The key id of the examples. Default `bot-1`. */
  readonly keyId?: string
  /** What the names of environment variables begin with. Default `SIGNING_`. */
  readonly envPrefix?: string
  /** Names and links of the service on the page. */
  readonly brand?: GuideBrand
}

const shortText: OptionKind = [
  (value) => typeof value === 'string' && /^[^\p{Cc}\p{Cs}\p{Cf}]{1,100}$/u.test(value),
  'one line of 1 to 100 characters',
]
export const ORIGIN: OptionKind = [
  (value) => typeof value === 'string' && /^https?:\/\/[a-z0-9.-]+(?::\d+)?$/.test(value),
  'an origin such as https://api.example.com',
]
export const PREFIX: OptionKind = [
  (value) => typeof value === 'string' && /^(?:[A-Z][A-Z0-9]{0,31}_){1,4}$/.test(value),
  'capitals that end in "_"',
]
const KNOWN: OptionNames<ClientGuideOptions> = {
  policy: [MEMBERS, 2],
  schemes: LIST,
  languages: LIST,
  origin: ORIGIN,
  keyId: [isKeyId, 'a key id'],
  envPrefix: PREFIX,
  brand: MEMBERS,
}
const BRAND: OptionNames<GuideBrand> = {
  name: shortText,
  support: shortText,
  stylesheet: [
    (value) => typeof value === 'string' && /^(?:https:\/\/|\/(?!\/)|\.\/)[!-~]{0,500}$/.test(value),
    'a URL of https, or a path',
  ],
}

const HINTS = { scheme: 'schemes', language: 'languages', url: 'origin', prefix: 'envPrefix', title: 'brand: { name }' }

/** The languages there are. `node` is this package itself, unless a file of its own takes its place. */
export const NODE: Omit<ClientTemplate, 'files'> = {
  id: 'node',
  name: 'Node',
  syntax: 'js',
  needs: 'Node 20.19 or newer; npm install countersign',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'node FILE',
}
export const LANGUAGES: readonly string[] = [...new Set([...CLIENTS.map(({ id }) => id), NODE.id])]

/**
 * Refuses what no page can be made of, by name.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertGuideOptions(options: ClientGuideOptions): void {
  assertOptions('clientGuide', options, KNOWN, HINTS)
  assertOptions('clientGuide: "brand"', options.brand ?? {}, BRAND)
  if (options.policy === undefined)
    invalid(
      'clientGuide',
      '"policy" must be the policy of the verifier, made by strictPolicy({ authorities: ["api.example.com"] })',
    )
  for (const [at, name] of (options.languages ?? []).entries()) {
    if (LANGUAGES.includes(name)) continue
    const near = typeof name === 'string' ? nearest(name, LANGUAGES) : undefined
    invalid(
      'clientGuide',
      `"languages[${at}]" must be one of ${LANGUAGES.join(', ')}, got ${typeof name === 'string' ? JSON.stringify(name.slice(0, 64)) : kindOf(name)}${near === undefined ? '' : `; did you mean "${near}"?`}`,
    )
  }
  if (options.languages?.length === 0) invalid('clientGuide', '"languages" must name at least one')
  if (options.schemes?.length === 0) invalid('clientGuide', '"schemes" must hold at least one')
}

/** The origin of the examples: one that the policy takes. */
export function originOf({ origin }: Pick<ClientGuideOptions, 'origin'>, { authorities }: Policy): string {
  const first = authorities[0] as string
  if (origin === undefined) return `https://${first}`
  const [scheme, authority] = origin.split('://') as [string, string]
  const own = normalizeAuthority(authority, scheme)
  return authorities.includes(own)
    ? `${scheme}://${own}`
    : invalid(
        'clientGuide',
        `"origin" must be one of the policy's authorities (${authorities.join(', ')}), got ${origin}`,
      )
}
