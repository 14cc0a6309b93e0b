import { base64Decode, base64urlDecode, hexDecode, utf8Decode } from '../../../crypto/encoding.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { ecdsaFromDer } from '../ecdsa-der.js'

const SCHEME = 'SIGNATURE_SCHEME_TK_API_P256'
const PUBLIC_KEY = /^0[23][0-9a-f]{64}$/

/** Where makers of Turnkey's stamps go wrong. */
export const TURNKEY_HYPOTHESES: SchemeHypotheses = {
  ids: ['turnkey'],
  read: (request, id) => {
    const stamp = combinedValue(request.fields, 'x-stamp')
    return stamp === undefined && id === undefined ? undefined : readingOf(request, stamp?.trim() ?? '')
  },
}

/** The members of a stamp, in whatever form it was written. */
function membersOf(stamp: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = base64urlDecode(withoutEnd(stamp.replaceAll('+', '-').replaceAll('/', '_'), '='))
  for (const text of [bytes === undefined ? undefined : utf8Decode(bytes), stamp])
    try {
      const value: unknown = JSON.parse(text ?? '')
      if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
    } catch {
      // Another form.
    }
  return undefined
}

const FIX =
  'X-Stamp: base64url without padding of {"publicKey":"02…","scheme":"SIGNATURE_SCHEME_TK_API_P256","signature":"3045…"}, the signature DER in hexadecimal.'

function readingOf(request: HttpRequest, stamp: string): SchemeReading {
  const members = membersOf(stamp)
  const of = (name: string): string => (typeof members?.[name] === 'string' ? (members[name] as string) : '')
  const [publicKey, text] = [of('publicKey'), of('signature')]
  const der = hexDecode(text.replace(/^0x/, '').toLowerCase())
  const right = der === undefined ? undefined : ecdsaFromDer(der, 32)
  const body = request.body instanceof Uint8Array ? (utf8Decode(request.body) ?? '') : ''
  return {
    id: 'turnkey',
    name: 'the stamp of Turnkey',
    form: { members: [{ name: 'body', kind: 'body', text: body }], compose: ({ body: signed = '' }) => signed },
    signatures: text === '' ? [] : [{ text, right: right ?? undefined }],
    encoding: 'DER in hexadecimal',
    keyId: publicKey,
    keys: {
      algorithms: ['ecdsa-p256-sha256'],
      bytes: hexDecode,
      reading: 'decoded from hexadecimal',
      ...(/^0[234]/.test(publicKey) && { ownPublicKey: hexDecode(publicKey.toLowerCase()) }),
    },
    problems: [...problemsOf(stamp, members, publicKey, text, right !== undefined), ...bodyProblems(body)],
    hint: 'The stamp signs the body, byte by byte: compare what was signed with what left the machine, and check that the key is registered with the organization.',
  }
}

const proven = (id: string, cause: string, evidence: string, fix: string = FIX): Problem => ({
  ...{ id, cause, evidence, fix },
  certainty: 'proven',
})

function* problemsOf(
  stamp: string,
  members: ReturnType<typeof membersOf>,
  publicKey: string,
  signature: string,
  isDer: boolean,
): Iterable<Problem> {
  if (stamp === '') yield proven('header-missing', 'The header X-Stamp is missing.', 'The signature stands in it.')
  else if (members === undefined)
    yield proven('stamp-form', 'X-Stamp is not base64url of a JSON object.', 'It cannot be read.')
  if (members === undefined) return
  if (/[+/=]|^\{/.test(stamp))
    yield proven(
      'stamp-encoding',
      stamp.startsWith('{')
        ? 'X-Stamp is JSON as it is, not base64url of it.'
        : 'X-Stamp is written in ordinary base64.',
      stamp.startsWith('{') ? 'It begins with "{".' : 'It holds "+", "/" or "=".',
    )
  if (members['scheme'] !== SCHEME)
    yield proven('stamp-scheme', 'The stamp names another scheme.', `"scheme" is not ${SCHEME}.`)
  if (!PUBLIC_KEY.test(publicKey))
    yield proven(
      'stamp-public-key',
      'The public key of the stamp is not the compressed point in hexadecimal.',
      `It has ${publicKey.length} characters, where 66 are meant, "02" or "03" first, in small letters.`,
    )
  if (signature !== '' && !isDer)
    yield proven(
      'signature-form',
      'The signature of the stamp is not DER in hexadecimal.',
      /^[0-9a-f]{128}$/i.test(signature)
        ? 'It has 64 bytes: r and s one behind the other.'
        : (base64Decode(signature)?.[0] ?? 0) === 0x30
          ? 'It is DER in base64.'
          : 'It has another form.',
    )
}

function* bodyProblems(body: string): Iterable<Problem> {
  if (body === '') {
    yield proven(
      'body-missing',
      'The request has no body, which is all that is signed.',
      'It is empty.',
      'Send the JSON that was signed.',
    )
    return
  }
  const time = /"timestampMs"\s*:\s*("?)(\d*)/.exec(body)
  if (time !== null && (time[1] === '' || time[2]?.length !== 13))
    yield proven(
      'time-form',
      '"timestampMs" of the body is not 13 digits as text.',
      time[1] === '' ? 'It is a number.' : `It has ${time[2]?.length} digits.`,
      'Write milliseconds as text: "timestampMs": "1700000000123".',
    )
}
