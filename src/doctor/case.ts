import { base64, equalBytes, utf8 } from '../crypto/encoding.js'
import { ORDER_IDS } from '../exchange/mistakes/wallet/orders/ids.js'
import { orderReading } from '../exchange/mistakes/wallet/orders/readings.js'
import type { WalletReading } from '../exchange/mistakes/wallet/reading.js'
import { walletReading } from '../exchange/mistakes/wallet/readings.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../message/message.js'
import { bodySuspects, decoderSuspects, hostSuspects, targetSuspects } from '../schemes/scheme/suspects.js'
import { headerOf } from './capture.js'
import type { Case } from './case-shape.js'
import type { DiagnoseOptions } from './diagnosis.js'
import { readingFindings } from './exchange/findings.js'
import { passphraseFinding } from './exchange/passphrase.js'
import { type Reading, readAt } from './exchange/reading.js'
import { isShownAt, otherSecret } from './exchange/shown.js'
import { exchangeSubject, macsAt, receivedAt } from './exchange/subject.js'
import { recoveredFindings, walletSubject, walletTests } from './exchange/wallet.js'
import { type Way, wayName, wayOf } from './exchange/way.js'
import { familyCase, formerCase } from './families/family-case.js'
import type { KeyMistake, Received, Search } from './hunt.js'
import { macsOf } from './probes/macs.js'
import { cleanSecret, type SecretVariant, secretFromBase64 } from './probes/secret-variants.js'
import { answerTo } from './read/signed-answer.js'
import { hasRfc9421, readRfc9421, statesComponents } from './rfc9421/reading.js'
import type { Subject } from './search.js'
import { readingsOf } from './signature-text.js'
import { barePublicKey } from './written-key.js'

/** The case that a request is; `undefined` where no scheme is found in it. */
export function caseOf(
  request: HttpRequest,
  options: DiagnoseOptions,
  nowMs: number | undefined,
  search: Search,
): Case | undefined {
  const { scheme, variant, refusal } = options
  // A signed answer to a request that is not signed so; one that refuses says why by itself.
  if (
    typeof refusal === 'object' &&
    headerOf(refusal.headers, 'signature-input') !== undefined &&
    (scheme === 'rfc9421' || (scheme === undefined && (refusal.status ?? 200) < 400)) &&
    !hasRfc9421(request)
  )
    return rfc9421Case(answerTo(request, refusal), options, nowMs)
  if (scheme === 'rfc9421' || (scheme === undefined && statesComponents(request)))
    return rfc9421Case(request, options, nowMs)
  const order = orderCase(request, options)
  if (order !== undefined) return order
  const isFormer = scheme === undefined && FORMER.test(request.authority + request.target)
  const former = isFormer ? formerCase(request, options, nowMs) : undefined
  if (former !== undefined) return former
  const way = wayOf(request, scheme, variant)
  if (way !== undefined) return exchangeCase(way, request, options, nowMs, search)
  const family = familyCase(request, options, nowMs)
  if (family !== undefined) return family
  // Some exchanges have a separate header Signature, so that it alone is the last to be asked.
  return scheme === undefined && hasRfc9421(request) ? rfc9421Case(request, options, nowMs) : undefined
}

// Where the older versions of an API stand, which only their own reader knows.
const FORMER =
  /^api(?:-testnet)?\.(?:bybit|bytick)\.com\/(?:v2|futures|private|open-api|spot\/v1)\/|^api\.coinex\.com\/v1\//i

function exchangeCase(
  way: Way,
  request: HttpRequest,
  options: DiagnoseOptions,
  nowMs: number | undefined,
  search: Search,
): Case {
  const passphrase = options.passphrase ?? ''
  const read = readAt(way, request)
  // One that is signed and not sent is known from here alone.
  const isUnsent = way.spec.passphrase === 'in-base' && passphrase !== ''
  const reading = isUnsent ? { ...read, draft: { ...read.draft, passphrase } } : read
  const { draft } = reading
  const wallet = Object.hasOwn(way.spec.keys, 'ecdsa-secp256k1-keccak256') ? walletReading(way.spec, draft) : undefined
  if (wallet !== undefined) return walletCase(way, request, options, nowMs, search, reading, wallet)
  const received = receivedAt(way, draft)
  return {
    name: wayName(way),
    subject: exchangeSubject(way, draft) as unknown as Subject<never>,
    received,
    signText: isShownAt(way.spec) ? undefined : draft.sign,
    ...(isShownAt(way.spec) && { unfound: otherSecret(way.spec.name) }),
    findings: readingFindings(way, request, reading, nowMs, search),
    macs: (secret) => macsAt(way, draft, secret, passphrase, received),
    keyId: draft.key,
    algorithms: Object.keys(way.spec.keys),
    ...((options.secret === undefined || options.secret === draft.key) && ownKey(way, draft.key)),
    ...(isBase58(way) && { isBase58: true as const }),
    hidden: way.spec.passphrase === undefined || way.spec.passphrase === 'signed' ? [] : [draft.passphrase],
    passphrase: (macs) => passphraseFinding(way, draft, macs, passphrase),
    suspects: [...targetSuspects(request), ...bodySuspects(request), ...decoderSuspects(request)],
  }
}

/** The public key where it is the API key itself, as it is where only Ed25519 signs. */
function ownKey(way: Way, key: string): Pick<Case, 'ownPublicKey'> {
  const own = Object.keys(way.spec.keys).join() === 'ed25519' ? barePublicKey(key, isBase58(way)) : undefined
  return own === undefined ? {} : { ownPublicKey: own }
}

/** Where keys and signatures are in base58, as Solana writes them. */
const isBase58 = ({ spec }: Way): boolean => spec.keys.ed25519?.id === 'base58'

const WALLET_HINT =
  'Check that the key is that of the address, and of this network; or compare the typed data member by member with what the wallet was shown.'

function walletCase(
  way: Way,
  request: HttpRequest,
  options: DiagnoseOptions,
  nowMs: number | undefined,
  search: Search,
  { draft, problem }: Reading,
  wallet: WalletReading<never>,
): Case {
  // What the exchange's rules refuse is read as it stands, and its signature is there.
  const read = { problem, draft: draft.sign === '' ? { ...draft, sign: wallet.signText } : draft }
  const { refusal } = options
  const answer = typeof refusal === 'string' ? refusal : (refusal?.body ?? '')
  return {
    name: wayName(way),
    subject: walletSubject(wallet),
    received: wallet.signatures,
    signText: wallet.signText,
    findings: [
      ...readingFindings(way, request, read, nowMs, search),
      ...recoveredFindings(wallet, way.spec.name, options, answer),
    ],
    macs: () => [],
    tests: (given) => walletTests(wallet, given),
    keyId: draft.key,
    algorithms: Object.keys(way.spec.keys),
    hidden: [],
    hint: WALLET_HINT,
  }
}

const ADDRESS = /^\s*0x[0-9a-fA-F]{40}\s*$/

/** An order that a wallet signed: given as the scheme, or found where the account of a wallet was given. */
function orderCase(request: HttpRequest, options: DiagnoseOptions): Case | undefined {
  const { scheme, publicKey, secret, refusal } = options
  const isStated = scheme !== undefined && ORDER_IDS.includes(scheme)
  // An address is no secret, and a program with one field for both keys has it there.
  const account = publicKey ?? secret
  if (!isStated && (scheme !== undefined || typeof account !== 'string' || !ADDRESS.test(account))) return undefined
  const found = orderReading(request, scheme)
  if (found === undefined) return undefined
  const { id, reading } = found
  const answer = typeof refusal === 'string' ? refusal : (refusal?.body ?? '')
  return {
    name: id,
    subject: walletSubject(reading),
    received: reading.signatures,
    signText: reading.signText,
    findings: recoveredFindings(reading, id, options, answer),
    macs: () => [],
    tests: (given) => walletTests(reading, given),
    keyId: reading.stated ?? '',
    algorithms: ['ecdsa-secp256k1-keccak256'],
    hidden: [],
    hint: WALLET_HINT,
  }
}

function rfc9421Case(message: HttpMessage, { algorithm }: DiagnoseOptions, nowMs: number | undefined): Case {
  const { signature, subject, findings } = readRfc9421(message, nowMs)
  const bytes = signature?.signature ?? new Uint8Array()
  const claimed = signature?.claimedAlgorithm
  const stated = algorithm ?? (claimed?.startsWith('hmac-') === true ? claimed : undefined)
  return {
    name: 'rfc9421',
    subject: subject as unknown as Subject<never> | undefined,
    received: bytes.length === 0 ? [] : [{ bytes }, ...otherwiseWritten(bytes)],
    signText: '',
    findings,
    macs: (secret) =>
      macsOf(
        secret,
        {
          keyId: signature?.keyId ?? '',
          passphrase: '',
          rights: sharedSecrets(secret),
          reading: 'as the other side uses it',
          // What the message claims may only veto: it is what its verifier holds the signature to.
          algorithms: stated === undefined ? ['hmac-sha256', 'hmac-sha512', 'hmac-sha384'] : [stated],
        },
        new Set([bytes, ...otherwiseWritten(bytes).map((one) => one.bytes)].map((one) => one.length)),
      ),
    keyId: signature?.keyId ?? '',
    isThumbprint: signature?.tag === 'web-bot-auth',
    algorithms: signature?.claimedAlgorithm === undefined ? [] : [signature.claimedAlgorithm],
    hidden: [],
    suspects:
      isRequest(message) && signature?.covered.some((one) => HOSTED.test(one)) === true ? hostSuspects(message) : [],
  }
}

/** Hexadecimal is base64 of other bytes as well, so that a byte sequence holds it without a complaint. */
function otherwiseWritten(bytes: Uint8Array): readonly Received[] {
  if (bytes.length > MOST_SIGNATURE) return []
  return readingsOf(base64(bytes)).flatMap(({ bytes: other, form }) =>
    equalBytes(other, bytes)
      ? []
      : [
          {
            bytes: other,
            form,
            mistake: {
              id: 'signature-form',
              cause: `The signature is written in ${form}, where RFC 9421 takes base64 between colons.`,
              fix: 'Write the bytes of the signature as base64, once: sig1=:…:.',
            },
          },
        ],
  )
}

// Twice the longest of RSA, in hexadecimal.
const MOST_SIGNATURE = 2_048

const HOSTED = /^"?(?:@authority|@target-uri|host)\b/

const DECODED: KeyMistake = {
  id: 'secret-reading',
  agreed: true,
  cause: 'The signature fits the secret as it is decoded from base64, and not the characters of it.',
  fix: 'Check that the other side decodes the secret as well: RFC 9421 leaves its form to the two of them.',
}

/** RFC 9421 says nothing about how a secret is written down: its characters or, where they are base64, their bytes. */
function sharedSecrets(secret: NonNullable<DiagnoseOptions['secret']>): readonly SecretVariant[] {
  if (typeof secret !== 'string') return []
  const text = cleanSecret(secret)
  const bytes = secretFromBase64(text)
  return [
    { bytes: utf8(secret.trim()) },
    ...(bytes === undefined || bytes.length < LEAST_BYTES ? [] : [{ bytes, mistake: DECODED }]),
  ]
}

// RFC 2104: a key is not shorter than the hash it is for; short words are base64 by accident.
const LEAST_BYTES = 16
