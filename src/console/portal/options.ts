import { isGrant } from '../../access/scope.js'
import type { VerifyChainOptions } from '../../audit/verify.js'
import type { Secret } from '../../crypto/secret.js'
import { assertOptions, fail, mustBe, type OptionNames } from '../../errors.js'
import type { GuideCode } from '../../guide/code.js'
import { DEFAULT_LIFE_MS } from '../../keyring/change/issue-options.js'
import type { Keyring } from '../../keyring/keyring-options.js'
import type { Verifier } from '../../server/options.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { CLOCK, FUNCTION, having, LIST, MEMBERS, whole } from '../../support/option-kinds.js'
import type { OfferedAlgorithm, OfferedScope, PortalBrand } from '../contract.js'
import type { PortalLogin } from './login.js'
import { OFFERED } from './offered.js'
import type { PageFiles } from './page.js'
import type { PortalLimits } from './rate.js'
import type { PortalAudit } from './trail.js'

/** The parts of a guide that the page shows: `clientGuide()` of `countersign/guide` makes them. */
export interface PortalGuide {
  /** The guide as Markdown. */
  readonly markdown: string
  /** Code for each language, as the page offers it. */
  readonly code: readonly Pick<GuideCode, 'language' | 'name' | 'needs' | 'run' | 'algorithms' | 'files'>[]
}

/** Set-up of {@link createKeyringPortal}. */
export interface KeyringPortalOptions {
  /** The keyring whose keys are managed. */
  readonly keyring: Keyring
  /** A second keyring, of the other environment: people then choose between live and test keys. */
  readonly testKeyring?: Keyring
  /**
   * The service's login: whose browser it is, from a separate cookie, or `undefined` without one. The cookie should be
   * `HttpOnly`, `Secure` and `SameSite=Lax` or `Strict`.
   */
  readonly session: (request: Request) => PortalLogin | undefined | Promise<PortalLogin | undefined>
  /** The scopes to choose from, in words. A session is offered those of them that it may grant. */
  readonly scopes: readonly OfferedScope[]
  /** The origin that browsers know this service by: `https://www.example.com`. Changes are taken from pages of it alone. */
  readonly publicOrigin: string
  /** In front of every path. Default `/keys`. */
  readonly basePath?: string
  /**
   * Kinds of keys to offer, the recommended one first. Default: Ed25519, HMAC-SHA256, ECDSA P-256, RSA-PSS. Public keys of ML-DSA are
   * taken where they are named here, and the keyrings are made with `otherKeys: mlDsaKeys()`; experimental.
   */
  readonly algorithms?: readonly OfferedAlgorithm[]
  /** How long a key lives unless given. Default 90 days, or `maxLifeMs` where that is shorter. */
  readonly defaultLifeMs?: number
  /** The longest life. With it no key is made without an end. Default: ten years, and none at all with a reason. */
  readonly maxLifeMs?: number
  /**
   * The audit log that keyring and verifier write to: for the days and addresses of use, the report of an incident, and the
   * trail. Without it the page has none of these.
   */
  readonly audit?: PortalAudit
  /** How the chain of the log is verified: its key, and heads that were kept elsewhere. */
  readonly auditChain?: VerifyChainOptions
  /**
   * The verifier of the service: a request that is pasted into the test box is judged by it, without its nonce being claimed.
   * Without it the box has the findings of the doctor alone.
   */
  readonly verifier?: Pick<Required<Verifier>, 'tryOut'>
  /** How requests to the service are signed: what `clientGuide()` of `countersign/guide` makes of the verifier's policy. */
  readonly guide?: PortalGuide
  /**
   * The files of the page: `await pageFiles()` of `countersign/console/node`. Without them only the API is served, for a page of
   * the service's own that has the component in it.
   */
  readonly page?: PageFiles
  /** The name and the colours of the service, for the page. */
  readonly brand?: PortalBrand
  /**
   * At least 32 bytes, the same for every process that answers this portal: the tokens against forged requests are made with
   * it. Default: random, for one process.
   */
  readonly csrfSecret?: Uint8Array | Secret
  /** Limiters in place of those that count in this process: with several processes, one that all of them share. */
  readonly rateLimit?: PortalLimits
  /** Default: this machine's. */
  readonly clock?: Clock
  /** Called with what is answered with a status from 500 on. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
}

const DAY = 86_400_000
const TEN_YEARS = 3_660 * DAY
const KEYRING = having('what createKeyring made', 'describe', 'issue')
const BASE = /^(?:\/[A-Za-z0-9._~-]+)+$/

const KNOWN: OptionNames<KeyringPortalOptions> = {
  keyring: [KEYRING, 2],
  testKeyring: KEYRING,
  session: [FUNCTION, 2],
  scopes: [LIST, 2],
  publicOrigin: [
    [
      (value) => typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value,
      'an origin such as https://www.example.com',
    ],
    2,
  ],
  basePath: [
    (value) => typeof value === 'string' && BASE.test(value) && !/\/\.{1,2}(?:\/|$)/.test(value),
    'a path such as /keys, without a slash at its end',
  ],
  algorithms: [(value) => OFFERED[0](value) && (value as readonly unknown[]).length > 0, OFFERED[1]],
  defaultLifeMs: whole(1_000, TEN_YEARS),
  maxLifeMs: whole(1_000, TEN_YEARS),
  audit: MEMBERS,
  auditChain: MEMBERS,
  verifier: having('what createVerifier made', 'tryOut'),
  guide: MEMBERS,
  page: MEMBERS,
  brand: MEMBERS,
  csrfSecret: 1,
  rateLimit: MEMBERS,
  clock: CLOCK,
  onError: FUNCTION,
}
const RATES: OptionNames<PortalLimits> = {
  read: having('a limiter with take()', 'take'),
  change: having('a limiter with take()', 'take'),
  create: having('a limiter with take()', 'take'),
  costly: having('a limiter with take()', 'take'),
}
const BRAND: OptionNames<PortalBrand> = { name: 1, variables: MEMBERS }
const SCOPE: OptionNames<OfferedScope> = { name: 2, label: 2, description: 1, level: 2 }
const LEVELS: readonly unknown[] = ['read', 'write', 'admin']

type Defaulted = 'basePath' | 'algorithms' | 'defaultLifeMs' | 'brand' | 'rateLimit' | 'clock' | 'onError'
/** The options, checked and complete. */
export type PortalSettings = Required<Pick<KeyringPortalOptions, Defaulted>> &
  Omit<KeyringPortalOptions, Defaulted> & {
    /** The keyrings, the usual one first. */
    readonly rings: readonly Keyring[]
    readonly lives: readonly number[]
  }

/** @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant. */
export function settingsOf(options: KeyringPortalOptions): PortalSettings {
  assertOptions('createKeyringPortal', options, KNOWN)
  const { keyring, testKeyring, session, scopes, publicOrigin, maxLifeMs } = options
  for (const [name, value] of Object.entries({ keyring, session, scopes, publicOrigin }))
    mustBe(value !== undefined, name, (KNOWN[name as keyof typeof KNOWN] as readonly [unknown, string])[1], value)
  if (testKeyring !== undefined && testKeyring.environment === keyring.environment)
    fail(
      'CONFIG_INVALID',
      `"testKeyring" must be of the other environment than "keyring", which is ${keyring.environment}`,
    )
  scopes.forEach((scope, i) => {
    assertOptions(`createKeyringPortal: "scopes[${i}]"`, scope, SCOPE)
    mustBe(typeof scope.name === 'string' && isGrant(scope.name), `scopes[${i}].name`, 'resource:action', scope.name)
    mustBe(typeof scope.label === 'string' && scope.label !== '', `scopes[${i}].label`, 'a few words', scope.label)
    mustBe(LEVELS.includes(scope.level), `scopes[${i}].level`, '"read", "write" or "admin"', scope.level)
  })
  const { basePath = '/keys', brand = {}, rateLimit = {}, clock = { now: Date.now }, onError = console.error } = options
  const { algorithms = ['ed25519', 'hmac-sha256', 'ecdsa-p256-sha256', 'rsa-pss-sha512'] } = options
  const longestMs = maxLifeMs ?? TEN_YEARS
  const { defaultLifeMs = Math.min(DEFAULT_LIFE_MS, longestMs) } = options
  if (defaultLifeMs > longestMs) fail('CONFIG_INVALID', '"defaultLifeMs" must be at most "maxLifeMs"')
  assertOptions('createKeyringPortal: "rateLimit"', rateLimit, RATES)
  assertOptions('createKeyringPortal: "brand"', brand, BRAND)
  const lives = [30 * DAY, 90 * DAY, 365 * DAY].filter((life) => life <= longestMs)
  return {
    ...options,
    basePath,
    algorithms,
    defaultLifeMs,
    brand,
    rateLimit,
    clock,
    onError,
    rings: [keyring, ...(testKeyring === undefined ? [] : [testKeyring])],
    lives: [...new Set([...lives, defaultLifeMs])].sort((a, b) => a - b),
  }
}
