import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, mustBe, type VerdictCode } from '../../../errors.js'
import { hasField } from '../../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import {
  type Challenge,
  type Coverage,
  type Signer,
  schemeDemands,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../scheme.js'
import { type Component, plainComponent } from '../base.js'
import { type ComponentParameters, component } from '../component.js'
import { coverageOfAll } from '../covered.js'
import type { Rfc9421SignerOptions } from '../options.js'
import type { Shape } from '../shape.js'
import { signerOf } from '../signer.js'
import { rfc9421Verifier } from '../verifier.js'

/** One component of a profile, and the messages that it is covered in. */
export interface Part {
  readonly component: Component
  /** Absent: in all of them. */
  readonly when?: (message: HttpMessage) => boolean
}

/** The parameters that a signature of a profile must have, besides its tag. */
export type RequiredParameter = 'created' | 'expires' | 'nonce' | 'keyid' | 'alg'

/** A profile of RFC 9421 as data: what is covered, which parameters there are, and the policy. */
export interface ProfileRules {
  /** Id of the scheme, for `perScheme` of a policy: `rfc9421/gnap`. */
  readonly id: string
  /** The tag that makes a signature one of this profile; `undefined` where it has none. */
  readonly tag: string | undefined
  /** Signatures with any tag are those of another application (RFC 9421 2.3), and are not read. */
  readonly untagged?: true
  readonly request: readonly Part[]
  /** Absent: the profile has no signed responses. */
  readonly response?: readonly Part[]
  readonly parameters: readonly RequiredParameter[]
  /** What a request with content must cover besides; the signer makes the digest. */
  readonly withBody: readonly Coverage[]
  readonly algorithms?: readonly KeyAlgorithm[]
  readonly maxAgeMs?: number
  readonly maxLifetimeMs?: number
  /** Whether a signature is good until its end, however old it is. */
  readonly untilExpires?: boolean
  /** What no list of components states. Throws a verdict code. */
  readonly check?: (signature: UntrustedSignature, message: HttpMessage) => void
}

/** Covered in every message. */
export const always = (name: string, parameters?: ComponentParameters): Part => ({
  component: parameters === undefined ? plainComponent(name) : component(name, parameters),
})
/** Covered where the message has the field. */
export const present = (name: string): Part => ({
  component: plainComponent(name),
  when: ({ fields }) => hasField(fields, name),
})
/** Covered of the request that is answered, where that has the field. */
export const presentInRequest = (name: string): Part => ({
  component: component(name, { req: true }),
  when: (message) => !isRequest(message) && message.request !== undefined && hasField(message.request.fields, name),
})
/** `@query` where the target has one. */
export const queryWhenThere = (): Part => ({
  component: plainComponent('@query'),
  when: (message) => splitTarget((message as HttpRequest).target).query !== '',
})

/** What the signers of all profiles take of {@link Rfc9421SignerOptions}. */
export type ProfileSignerOptions<K extends SigningKey> = Pick<
  Rfc9421SignerOptions<K>,
  'key' | 'label' | 'alg' | 'nonce' | 'expiresInMs' | 'digest'
>

/** The signing side of a profile. Options are checked by the profile's function, which has their names. */
export function profileSigner<K extends SigningKey>(
  where: string,
  rules: ProfileRules,
  options: ProfileSignerOptions<K>,
): Signer<K> {
  const { id, tag, algorithms } = rules
  const { key } = options
  mustBe(typeof key?.sign === 'function', 'key', 'a signing key', key, 'CONFIG_INVALID', `${where}: `)
  if (algorithms !== undefined && !algorithms.includes(key.algorithm))
    fail('CONFIG_INVALID', `${where}: the key must be ${algorithms.join(' or ')}, got ${key.algorithm}`)
  return signerOf(tag === undefined ? options : { ...options, tag }, partShapes(where, rules), '', id)
}

function partShapes(where: string, rules: ProfileRules): (message: HttpMessage) => Shape {
  const known = new Map<string, Shape>()
  return (message) => {
    const asked = isRequest(message)
    const parts = asked ? rules.request : rules.response
    if (parts === undefined) fail('MESSAGE_MALFORMED', `${where}: the profile signs requests only`)
    let shapeKey = asked ? '0' : '1'
    for (const { when } of parts) shapeKey += when?.(message) === false ? '0' : '1'
    let shape = known.get(shapeKey)
    if (shape === undefined) {
      const components = parts.filter((_, at) => shapeKey[at + 1] === '1').map((part) => part.component)
      shape = { components, list: `(${components.map((one) => one.id).join(' ')})` }
      known.set(shapeKey, shape)
    }
    return shape
  }
}

/** The verifying side of a profile that leaves nothing open: what is passed all the same is refused by its name. */
export function fixedVerifier(where: string, rules: ProfileRules, given: readonly unknown[]): VerifyScheme {
  assertOptions(where, given[0], {})
  return profileVerifier(rules)
}

/**
 * The verifying side of a profile: only signatures with its tag, and each held to everything it demands, whatever the policy of
 * the server is.
 */
export function profileVerifier(rules: ProfileRules, base: VerifyScheme = rfc9421Verifier()): VerifyScheme {
  const { id, tag, maxAgeMs, maxLifetimeMs, algorithms, untilExpires, parameters } = rules
  const fixed = rules.request.filter(({ when }) => when === undefined).map((part) => part.component)
  const answers = (rules.response ?? []).filter(({ when }) => when === undefined).map((part) => part.component)
  return {
    id,
    demands: schemeDemands({
      require: [...coverageOfAll(fixed)],
      requireWithBody: rules.withBody,
      requireNonce: parameters.includes('nonce'),
      requireOfResponse: [...coverageOfAll(answers)],
      ...(algorithms && { algorithms }),
      ...(maxAgeMs !== undefined && { maxAgeMs }),
      ...(maxLifetimeMs !== undefined && { maxLifetimeMs }),
      ...(untilExpires === true && { untilExpires }),
      ...(!parameters.includes('created') && { untimed: true }),
    }),
    parse: (message, select) => {
      if (!isRequest(message) && rules.response === undefined) return []
      if ((tag !== undefined || rules.untagged) && select?.tag !== undefined && select.tag !== tag) return []
      const all = base.parse(message, tag === undefined ? select : { ...select, tag })
      const found = rules.untagged ? all.filter((one) => one.tag === undefined) : all
      for (const one of found) assertProfile(rules, one, message)
      return found
    },
    challenge: () => challengeOf(rules),
  }
}

const PARAMETERS: Readonly<Record<RequiredParameter, readonly [member: keyof UntrustedSignature, code: VerdictCode]>> =
  {
    created: ['createdMs', 'TIMESTAMP_MALFORMED'],
    expires: ['expiresMs', 'TIMESTAMP_MALFORMED'],
    nonce: ['nonce', 'NONCE_MALFORMED'],
    keyid: ['keyId', 'AUTH_MALFORMED'],
    alg: ['claimedAlgorithm', 'AUTH_MALFORMED'],
  }

function assertProfile(rules: ProfileRules, signature: UntrustedSignature, message: HttpMessage): void {
  for (const name of rules.parameters) {
    const [member, code] = PARAMETERS[name]
    if (signature[member] === undefined) fail(code, `${rules.id}: the signature must state "${name}"`)
  }
  const parts = isRequest(message) ? rules.request : (rules.response as readonly Part[])
  const covered = new Set(signature.covered)
  for (const { component: one, when } of parts) {
    if (!covered.has(one.id) && when?.(message) !== false)
      fail('COMPONENT_MISSING', `${rules.id}: the signature does not cover ${one.id}`)
  }
  rules.check?.(signature, message)
}

/** RFC 9421 5.1. A client covers a field where it has it, so that one may be asked for. */
function challengeOf({ request, tag, parameters }: ProfileRules): Challenge {
  const ids = request.map((part) => part.component.id).join(' ')
  const asked = parameters.map((name) => `;${name}`).join('')
  return { field: 'Accept-Signature', value: `sig1=(${ids})${asked}${tag === undefined ? '' : `;tag="${tag}"`}` }
}
