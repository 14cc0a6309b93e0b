import { ALGORITHMS, isAlgorithm } from '../crypto/algorithm.js'
import { utf8Decode } from '../crypto/encoding.js'
import { base58Decode } from '../crypto/format/base58.js'
import { bareBytes } from '../crypto/format/key-bytes.js'
import { Secret } from '../crypto/secret.js'
import type { DiagnoseOptions, Finding } from './diagnosis.js'
import { likely, possible, proven } from './finding.js'
import { isPrivateKey, PRIVATE_KEY } from './private-key.js'

// What stands in examples and templates where a secret belongs.
const PLACEHOLDER =
  /^(?:<.{1,64}>|\[.{1,64}\]|\{\{.{1,64}\}\}|\$\{?\w{1,64}\}?|%\w{1,64}%|process\.env\.\w{1,64}|os\.environ.{0,64}|undefined|null|none|nil|todo|tbd|changeme|placeholder|dummy|(?:whsec_|sk_)?(?:x{4,}|\*{4,}|\.{3,})|(?:please[-_ ]?)?(?:set|change|replace|insert|enter|put|paste|fill|add|your|my)(?:[-_ ]?(?:me|in|here|it|this|please|own|the|your|my|api|app|client|webhook|signing|shared|hmac|secret|key|token|value|password)){1,6})$/i

/** The public key (PEM) of a private one that was given as the secret, where the scheme has such keys; `undefined` for other text. */
export async function publicHalf(
  secret: NonNullable<DiagnoseOptions['secret']>,
  algorithms: readonly string[],
  isBase58First = false,
): Promise<string | undefined> {
  // In a variable of the environment its line breaks are often two characters.
  const text = textOf(secret).replaceAll('\\n', '\n')
  const names = algorithms.filter(isAlgorithm).filter((name) => ALGORITHMS[name].family !== 'hmac')
  const seed =
    algorithms.length > 0 && algorithms.every((name) => name === 'ed25519') ? seedOf(text, isBase58First) : undefined
  if (seed !== undefined) return publicOf(seed)
  if (!isPrivateKey(text) || names.length === 0) return undefined
  const [{ importSigningKey }, { exportPublicKey }] = await Promise.all([
    import('../crypto/import.js'),
    import('../crypto/export.js'),
  ])
  for (const algorithm of names)
    try {
      return exportPublicKey(
        await importSigningKey(/^\s*\{/.test(text) ? JSON.parse(text) : text, { keyId: 'doctor', algorithm }),
        'pem',
      )
    } catch {
      // Of another family, or not extractable.
    }
  return undefined
}

// RFC 8032 5.1.5: as exchanges whose keys are pairs alone hand one out.
const SEED = 32

/** A seed, or a seed with its public key behind it as Solana and NaCl keep them. */
function seedOf(text: string, isBase58First: boolean): Uint8Array | undefined {
  const bare = text.replace(/^ed25519:/, '')
  const readings = [bareBytes(bare)?.bytes, base58Decode(bare)]
  return (isBase58First || bare !== text ? readings.reverse() : readings)
    .find((bytes) => bytes?.length === SEED || bytes?.length === 2 * SEED)
    ?.subarray(0, SEED)
}

async function publicOf(seed: Uint8Array): Promise<string> {
  const [{ importEd25519SigningKey }, { exportPublicKey }] = await Promise.all([
    import('../crypto/import-ed25519.js'),
    import('../crypto/export.js'),
  ])
  return exportPublicKey(await importEd25519SigningKey(seed, { keyId: 'doctor' }), 'pem')
}

const PRIVATE_FOR_PUBLIC: Finding = /* @__PURE__ */ proven(
  'public-key-is-private',
  'What was given as the public key is a private key.',
  'Its text is that of a private key (PRIVATE KEY in PEM, "d" in a JWK); its public half was tested in its place.',
  'Give the verifier the public key alone (openssl pkey -in key.pem -pubout); where the private one has been handed to another party, make a new pair.',
)

/** What is said of a private key that was given for the public one, with its public half where the scheme has such keys. */
export const ofPrivateKey = async (
  algorithms: readonly string[],
  key: string | object | undefined,
): Promise<{ readonly finding: Finding; readonly publicKey: string | undefined }> => ({
  finding: PRIVATE_FOR_PUBLIC,
  publicKey: await publicHalf(
    typeof key === 'string' ? key : JSON.stringify(key),
    algorithms.length === 0 ? Object.keys(ALGORITHMS) : algorithms,
  ),
})

/** A JWK that does not verify says by its name that it is another key than the one the request names. */
export const otherKey = (kid: unknown, keyId: string): readonly Finding[] =>
  keyId === '' || typeof kid !== 'string' || kid === keyId
    ? []
    : [
        likely(
          'key-other',
          'The request names another key than the one that was given here: that of another environment, or of before a rotation.',
          `"kid" of the JWK is ${JSON.stringify(kid.slice(0, 80))}, and the signature names ${JSON.stringify(keyId.slice(0, 80))}.`,
          'Verify with the key that the signature names, or sign with the one that the other side has.',
        ),
      ]

/** White space at the ends of the secret and quotes around it, which are taken off here before it is tested. */
export function spaceFindings({ secret }: DiagnoseOptions, isFit: boolean, isRefused: boolean): readonly Finding[] {
  const bytes = secret instanceof Secret ? secret.reveal() : secret
  if (isFit && typeof bytes === 'string' && /^(["'`])(?!-----).+\1$/s.test(bytes.trim()))
    return [
      likely(
        'secret-quotes',
        'The secret that was given here has quotes around it: a program that uses it so has another key.',
        'Without them the signature fits.',
        'Take the quotes out of the .env file or variable: docker --env-file and some readers keep them.',
      ),
    ]
  return isFit && typeof bytes === 'string' && bytes !== bytes.trim()
    ? [
        (isRefused ? likely : possible)(
          'secret-line-break',
          'The secret that was given here has white space or a line break at an end: a program that uses it so has another key.',
          'Without it the signature fits.',
          'Trim the secret where it is read (a file, a variable of the environment, a field of a form).',
        ),
      ]
    : []
}

function textOf(secret: DiagnoseOptions['secret']): string {
  const bytes = secret instanceof Secret ? secret.reveal() : secret
  return (bytes === undefined ? '' : typeof bytes === 'string' ? bytes : (utf8Decode(bytes) ?? '')).trim()
}

// By the prefixes that services give their keys, so that scanners find them.
const OTHER_KINDS: ReadonlyArray<readonly [pattern: RegExp, name: string]> = [
  [/^(?:sk|rk)_(?:test|live)_/, 'a secret key of the API'],
  [/^pk_(?:test|live)_/, 'a publishable key'],
  [/^xox[abeprs]-/, 'a token of Slack'],
  [/^(?:gh[opsur]_|github_pat_)/, 'a token of GitHub'],
  [/^shp(?:at|ca|pa)_/, 'a token of Shopify'],
  [
    /^(?:key-[\da-z]{32}|[\da-f]{32}-[\da-f]{8}-[\da-f]{8}|SG\.[\w-]{16,}\..|re_\w{8,}|lin_api_|sk-\w|rnd_|pdl_(?:live|sdbx)_apikey_|pat-(?:na|eu)\d-|glpat-|xapp-|sq0[ai]tp-|EAAA)/,
    'a key that calls the API',
  ],
  [/^(?:AC|SK)[\da-f]{32}$/, 'an account or key id of Twilio'],
  [/^(?:AKIA|ASIA)[A-Z0-9]{12,}$/, 'an access key id'],
]

/** What can be seen of the secret that was given here, beside what the search came to. Its text is in none of it. */
export function secretFindings({ secret }: DiagnoseOptions, isHit: boolean): readonly Finding[] {
  const text = textOf(secret)
  if (PRIVATE_KEY.test(text))
    return [
      (isHit ? proven : likely)(
        'secret-is-private-key',
        'The secret is the PEM of a private key, and was used as the text of a shared secret (HMAC).',
        isHit
          ? 'The received signature is the HMAC whose key is the text of that PEM.'
          : 'What was given here begins with "-----BEGIN … PRIVATE KEY-----".',
        'Sign with the private key by the algorithm that it was registered for (Ed25519, RSA, ECDSA): choose that kind of key in the library, or make an HMAC key.',
      ),
    ]
  if (isHit) return []
  const kind = OTHER_KINDS.find(([pattern]) => pattern.test(text))?.[1]
  if (kind !== undefined)
    return [
      likely(
        'secret-other',
        `The secret is ${kind}, and no secret that signs: each has a place of its own.`,
        'Its beginning says so.',
        'Take the signing secret of this very endpoint (its page shows it, and a command line tool prints its own), not a key that calls the API.',
      ),
    ]
  if (!PLACEHOLDER.test(text)) return []
  return [
    likely(
      'secret-placeholder',
      'The secret is the placeholder of an example or template: the real one was never put in.',
      'Its text is one that stands in examples where a secret belongs.',
      'Set the secret where the program runs (the variable of the environment, the configuration), and stop at the start when it is not set.',
    ),
  ]
}
