import { ALGORITHMS, isAlgorithm } from '../../crypto/algorithm.js'
import { unsignedBody } from '../../exchange/mistakes/in-body.js'
import { composed, exchangeMistakes } from '../../exchange/mistakes/mistakes.js'
import type { ExchangeState } from '../../exchange/mistakes/state.js'
import type { Draft } from '../../exchange/spec/draft.js'
import { readSignature } from '../../exchange/verifier/read-texts.js'
import type { Received } from '../hunt.js'
import type { Mac } from '../probes/mac.js'
import { macsOf } from '../probes/macs.js'
import type { Subject } from '../search.js'
import { readingsOf } from '../signature-text.js'
import { isShownAt, shownDigest, shownReceived } from './shown.js'
import type { Way } from './way.js'

/** What is searched: the text to sign of one request, and what may have been done to it. */
export const exchangeSubject = ({ spec }: Way, read: Draft): Subject<ExchangeState> => {
  const body = read.payload === '' ? unsignedBody(spec, read) : read.body
  const draft = body === read.body ? read : { ...read, body }
  return {
    state: { draft },
    // A token or envelope is what was signed, as it was received.
    compose: (state) =>
      draft.payload !== '' && state.draft === draft && state.write === undefined
        ? draft.payload
        : composed(spec, state),
    // Where nothing is signed, nothing can go wrong with a text.
    mistakes: isShownAt(spec) ? [] : exchangeMistakes(spec),
  }
}

// SHA-1, SHA-256, SHA-384 and SHA-512: as long as no signature in base64 of a key pair is, apart from Ed25519.
const MACS = new Set([20, 32, 48, 64])

// What the outputs of exchanges are called in words.
const WORDS: Readonly<Record<string, string>> = {
  hex: 'hexadecimal',
  anyhex: 'hexadecimal',
  base64url: 'URL-safe base64',
  'base64url=': 'URL-safe base64',
}

/** Whether the text of a shared secret's signature is in the form that the exchange takes, by whatever hash it was made. */
const isMeant = ({ keys }: Way['spec'], form: string, text: string, length: number): boolean =>
  (form !== 'hexadecimal' || /^[0-9a-f]+$/.test(text)) &&
  MACS.has(length) &&
  !('ed25519' in keys) &&
  Object.entries(keys).some(
    ([name, output]) => name.startsWith('hmac-') && output !== undefined && (WORDS[output.id] ?? output.id) === form,
  )

/** The readings of the signature's text; those of another form than the exchange's are mistakes. */
export function receivedAt({ spec }: Way, draft: Draft): readonly Received[] {
  if (isShownAt(spec)) return shownReceived(draft.sign)
  const right = readSignature(spec.keys, undefined, draft.sign)
  const forms = [...new Set(Object.values(spec.keys).map((one) => WORDS[one?.id ?? ''] ?? one?.id))].join(' or ')
  const rest = readingsOf(draft.sign)
    .filter(({ bytes }) => right === undefined || bytes.join() !== right.join())
    .map(({ bytes, form, flaw }) => ({
      bytes,
      // Of another algorithm, whose signatures are longer: its form is right.
      ...(!(flaw === undefined && (form === forms || isMeant(spec, form, draft.sign, bytes.length))) && {
        form,
        mistake: {
          id: 'signature-form',
          cause:
            flaw === undefined
              ? `The signature is written in ${form}, where ${spec.name} takes ${forms}.`
              : `The text of the signature is not as it is meant: ${flaw}.`,
          fix: `Write the bytes of the signature as ${forms}.`,
        },
      }),
    }))
  return right === undefined ? rest : [{ bytes: right }, ...rest]
}

export function macsAt(
  { spec }: Way,
  draft: Draft,
  secret: Parameters<typeof macsOf>[0],
  passphrase: string,
  received: readonly Received[],
): readonly Mac[] {
  const { secretKey } = spec
  const algorithms = Object.keys(spec.keys).filter((name) => isAlgorithm(name) && ALGORITHMS[name].family === 'hmac')
  const text = typeof secret === 'string' ? secret.trim() : undefined
  const rights = text === undefined ? undefined : spec.secret?.read(text)
  return macsOf(
    secret,
    {
      keyId: draft.key,
      passphrase: passphrase === '' ? draft.passphrase : passphrase,
      rights: rights === undefined ? [] : [{ bytes: rights }],
      reading: spec.secret === undefined ? 'as its characters' : `as ${spec.secret.name}`,
      algorithms,
      ...(secretKey !== undefined && {
        own: (bytes: Uint8Array) => {
          const key = secretKey({ keyId: 'doctor', secret: bytes })
          return (base: string | Uint8Array) => (isShownAt(spec) ? shownDigest(key.sign(base)) : key.sign(base))
        },
      }),
    },
    new Set(received.map(({ bytes }) => bytes.length)),
  )
}
