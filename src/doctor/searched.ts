import { isCountersignError } from '../errors.js'
import type { Case } from './case-shape.js'
import type { DiagnoseOptions, Finding, SignatureVerdict } from './diagnosis.js'
import { possible, proven } from './finding.js'
import { ofPrivateKey, otherKey, publicHalf, secretFindings } from './given-secret.js'
import { type Found, hunt, huntAsync, type KeyMistake, type Search } from './hunt.js'
import { notFound } from './not-found.js'
import { isPrivateKey } from './private-key.js'
import { macProbes } from './probes/macs.js'
import { type KeyProbes, keyProbes } from './probes/public-keys.js'
import { sentInPlace } from './sent-in-place.js'
import { isShared, shapeFindings } from './signature-shape.js'
import { unreadableFindings } from './signature-unreadable.js'
import { thumbprintFindings, unreadKey, writtenKey } from './written-key.js'

/** What a search came to. */
export interface Outcome {
  readonly signature: SignatureVerdict
  readonly findings: readonly Finding[]
  readonly hit: Found | undefined
}

const NO_KEY = Symbol('no key')

const UNTESTED: Outcome = { signature: 'untested', findings: [], hit: undefined }

/** Tests the mistakes with the secret or key that was given. */
export async function searched(one: Case, given: DiagnoseOptions, search: Search): Promise<Outcome> {
  const { subject, received } = one
  const inPlace = sentInPlace(one, given.secret)
  if (inPlace !== undefined) return { signature: 'explained', hit: undefined, findings: [inPlace] }
  if (subject !== undefined && one.tests === undefined && given.key === undefined && given.publicKey === undefined) {
    const unreadable = unreadableFindings(one, given.secret !== undefined)
    if (unreadable.length > 0) return { signature: 'untested', hit: undefined, findings: unreadable }
  }
  if (subject === undefined || received.length === 0) return UNTESTED
  if (one.tests !== undefined) {
    const tests = one.tests(given)
    return tests === undefined ? UNTESTED : outcome(hunt(subject, tests, search), [], [], search, one)
  }
  const own = isPrivateKey(given.publicKey) ? await ofPrivateKey(one.algorithms, given.publicKey) : undefined
  if (own !== undefined) {
    const { publicKey, finding } = own
    if (publicKey === undefined) return { ...UNTESTED, findings: [finding] }
    const outcome = await searched(one, { ...given, publicKey }, search)
    return { ...outcome, findings: [finding, ...outcome.findings] }
  }
  const options = await withPublicKey(one, given)
  if (options.secret !== undefined) {
    // Where only pairs sign, the private half may be given as a secret is.
    const own = one.algorithms.some(isShared)
      ? undefined
      : await publicHalf(options.secret, one.algorithms, one.isBase58)
    if (own !== undefined) return searched(one, { ...given, secret: undefined, publicKey: own }, search)
    const macs = one.macs(options.secret)
    const hit = hunt(subject, macProbes(macs, received), search)
    const passphrase = one.passphrase?.(macs)
    const half = hit === undefined ? await publicHalf(options.secret, one.algorithms, one.isBase58) : undefined
    if (half !== undefined) return searched(one, { ...given, secret: undefined, publicKey: half }, search)
    const extra = [...secretFindings(options, hit !== undefined), ...(passphrase === undefined ? [] : [passphrase])]
    // A PEM ends with a line break, which is none of its mistakes.
    const isPem = hit !== undefined && extra.some(({ id }) => id === 'secret-is-private-key')
    const told = isPem ? { ...hit, wrong: hit.wrong.filter(({ id }) => !id.startsWith('secret-')) } : hit
    return { ...outcome(told, [], extra, search, one), ...(isPem && { signature: 'explained' }) }
  }
  const shown = given.publicKey ?? options.publicKey
  const keys = await keyProbes(options, one.keyId, one.algorithms, received).catch((error: unknown) => {
    // What the message brings for a key need not be one; what was given here has to be.
    if (options.publicKey !== undefined && options.publicKey === one.ownPublicKey) return undefined
    // One of another type is a key, and the error names what to pass.
    if (isCountersignError(error, 'KEY_MALFORMED') && isGiven(shown)) return NO_KEY
    throw error
  })
  if (keys === NO_KEY) return { signature: 'untested', hit: undefined, findings: [unreadKey(shown ?? '')] }
  if (keys === undefined) return given.key === undefined ? { ...UNTESTED, findings: shapeFindings(one) } : UNTESTED
  const hit = await tested(subject, keys, search)
  const thumbprint = one.isThumbprint === true ? thumbprintFindings(keys.key, one.keyId) : []
  const { kid } = Object(options.publicKey) as { readonly kid?: unknown }
  return outcome(hit, keys.certain, hit === undefined ? otherKey(kid, one.keyId) : thumbprint, search, one)
}

const tested = async (
  subject: NonNullable<Case['subject']>,
  { quick, probes }: KeyProbes,
  search: Search,
): Promise<Found | undefined> =>
  probes.length === 0
    ? undefined
    : quick
      ? hunt(subject, probes as Parameters<typeof hunt>[1], search)
      : huntAsync(subject, probes, search)

/** Text, or a set of keys: what a file or a page holds. A JWK that is none is an error of the program. */
const isGiven = (key: string | object | undefined): boolean => typeof key === 'string' || Object(key).keys !== undefined

/** A public key as its service shows it (hexadecimal, bare base64), also where it was given for a secret, as PEM or JWK. */
async function withPublicKey(
  { publicKey: read, ownPublicKey, keyId, isBase58 }: Case,
  options: DiagnoseOptions,
): Promise<DiagnoseOptions> {
  const { secret, publicKey, ...rest } = options
  const text = typeof publicKey === 'string' ? publicKey : typeof secret === 'string' ? secret : undefined
  const own = text === undefined || options.key !== undefined ? undefined : await read?.(text)
  const key = own ?? (publicKey === undefined ? undefined : writtenKey(publicKey, keyId, isBase58))
  if (key === undefined && ownPublicKey !== undefined && publicKey === undefined && options.key === undefined)
    return { ...rest, publicKey: ownPublicKey }
  return key === undefined ? options : { ...rest, publicKey: key }
}

/** Words begin a sentence with a capital; a host or a name of the program stays as it is. */
const sentence = (detail: string): string =>
  detail.replace(/^[a-z](?=[a-z]*[ ,:;]|[a-z]*$)/, (first) => first.toUpperCase())

// Causes that say little without the part that they are about.
const OPEN_CAUSE = /^(?:text-(?:part|separators|order|mark)|key-derivation$)/

function outcome(
  hit: Found | undefined,
  certain: readonly KeyMistake[],
  extra: readonly Finding[],
  search: Search,
  { hint, suspects = [], unfound }: Case,
): Outcome {
  const { tried } = search
  if (hit === undefined)
    return {
      // What was signed may be more than the request shows.
      signature: tried === 0 && certain.length === 0 ? 'untested' : 'unexplained',
      hit,
      findings: [
        ...certain.map(({ id, cause, fix, detail = 'The signature itself says so' }) =>
          proven(id, cause, `${detail}.`, fix),
        ),
        ...extra,
        ...(tried === 0 ? [] : [...suspects, unfound ?? notFound(search, hint)]),
      ],
    }
  const evidence =
    tried === 1
      ? 'The received signature verifies so.'
      : `The received signature verifies under exactly this change; it is one of ${tried} hypotheses tested.`
  const mistakes: readonly KeyMistake[] = [...hit.made, ...hit.wrong]
  return {
    signature: mistakes.every(({ agreed }) => agreed === true) ? 'fits' : 'explained',
    hit,
    findings: [
      ...mistakes.map(({ id, cause: said, fix, agreed, detail = '' }) => {
        const cause = detail !== '' && OPEN_CAUSE.test(id) ? `${said.replace(/\.$/, '')}: ${detail}.` : said
        return agreed === true
          ? possible(id, cause, 'The received signature verifies with it.', fix)
          : proven(id, cause, detail === '' ? evidence : `${sentence(detail)}. ${evidence}`, fix)
      }),
      ...extra,
    ],
  }
}
