import { ALGORITHMS, type Algorithm } from '../../crypto/algorithm.js'
import type { KeyMistake, Received, SyncProbe } from '../hunt.js'
import { type Encoding, rsaEncodings } from './rsa-encoding.js'
import { makerOf } from './signature-length.js'

/** What an RSA signature says by itself, and the tests of texts against it. */
export interface RsaReading {
  readonly probes: readonly SyncProbe[]
  /** What is certain before any text is tested. */
  readonly certain: readonly KeyMistake[]
}

const PADDING = { pkcs1: 'PKCS #1 v1.5', pss: 'PSS' } as const
const nameOf = ({ padding, digest, bare }: Encoding): string =>
  `RSA ${PADDING[padding]} with ${digest.toUpperCase()}${bare === true ? ', and no DigestInfo before the digest' : ''}`

/** What differs from the algorithm that is meant; nothing where one of those that are meant has this form. */
function mistakesOf(encoding: Encoding, meant: readonly Algorithm[]): readonly KeyMistake[] {
  const { padding, digest, salt = 0, longest = 0, mask, bare } = encoding
  const specs = meant.flatMap((name) => ALGORITHMS[name] ?? [])
  const spec = specs.find((one) => one.padding === padding && one.hash === digest)
  if (spec === undefined || bare === true)
    return [
      {
        id: 'algorithm',
        cause: `The signature was made with ${nameOf(encoding)}, where ${meant.join(' or ')} is meant.`,
        fix: `Sign with ${meant.join(' or ')}: padding and hash are parameters of the call that signs, not of the key.`,
      },
    ]
  const out: KeyMistake[] = []
  if (padding === 'pss' && salt !== spec.hashBytes)
    out.push({
      id: 'rsa-salt-length',
      cause: `The salt of the PSS signature has ${salt} bytes${salt === longest ? ', the most that fit' : ''}, where ${spec.hashBytes} are meant.`,
      fix: `State the salt length, ${spec.hashBytes}: libraries take the longest by default (Python: padding.PSS.DIGEST_LENGTH; Node: RSA_PSS_SALTLEN_DIGEST).`,
    })
  if (padding === 'pss' && mask !== undefined)
    out.push({
      id: 'rsa-mask-hash',
      cause: `The mask of the PSS signature (MGF1) was made with ${mask.toUpperCase()}, where ${digest.toUpperCase()} is meant.`,
      fix: 'State the hash of MGF1 as well: in Java new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1).',
    })
  return out
}

const OTHER_KEY: KeyMistake = {
  id: 'key-other',
  cause: 'The signature was not made with the private half of this key.',
  fix: 'Check that public and private key belong together, and that the key id names this one.',
}

const CUT: KeyMistake = {
  id: 'signature-length',
  cause: 'The signature is not whole: it has a length that no key makes.',
  fix: 'Send all of it, written once: fields and logs cut long texts off.',
}

// With the longest salts nothing is left of PSS but two bytes, which the signature of another key has once in some thousands.
const isByChance = ({ padding, salt = 0, longest = 0 }: Encoding): boolean => padding === 'pss' && longest - salt < 3

/** Reads the signatures that were received with the public key. */
export function rsaReading(
  rsa: { readonly n: Uint8Array; readonly e: Uint8Array },
  meant: readonly Algorithm[],
  received: readonly Received[],
): RsaReading {
  const read = received.map((one) => ({ ...one, forms: rsaEncodings(rsa, one.bytes) }))
  const whole = read.filter(({ forms }) => forms !== undefined)
  if (whole.length === 0) {
    const lengths = [...new Set(received.map(({ bytes }) => bytes.length))].join(' or ')
    const detail = `The signature has ${lengths} bytes, and this key makes ${rsa.n.length}`
    const isCut = received.every(({ bytes }) => makerOf(bytes) === undefined)
    return { probes: [], certain: [{ ...(isCut ? CUT : OTHER_KEY), detail }] }
  }
  const known = whole.flatMap(({ forms = [], mistake }) =>
    forms.map((form) => {
      const mistakes = [...mistakesOf(form, meant), ...(mistake === undefined ? [] : [mistake])]
      return { fits: form.fits, mistakes, byChance: isByChance(form) }
    }),
  )
  if (known.length === 0) {
    const detail = 'Read with this key, it has neither the form of PKCS #1 v1.5 nor that of PSS'
    return { probes: [], certain: [{ ...OTHER_KEY, detail }] }
  }
  const sure = known.length === 1 && known[0]?.byChance === false ? known[0].mistakes : []
  return {
    certain: sure,
    probes: known.map(({ fits, mistakes }) => ({
      main: true,
      test: (base) => (fits(base) ? mistakes : undefined),
    })),
  }
}
