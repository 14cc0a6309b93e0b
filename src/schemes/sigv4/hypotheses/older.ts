import { legacyHmac } from '#backend/legacy'
import { base64Decode, utf8 } from '../../../crypto/encoding.js'
import { combinedValue, fieldValues } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import { defined } from '../../../support/defined.js'
import type { TextMistake } from '../../scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../scheme/pairs-mistakes.js'
import type { Problem, SchemeHypotheses, SchemeReading, StatedTime } from '../../scheme/scheme-reading.js'
import type { Member, SignedForm, Texts } from '../../scheme/signed-form.js'
import { urlSuspects } from '../../scheme/suspects.js'
import { withoutEnd } from '../../scheme/text-ends.js'

/**
 * The second version of the signature of S3, which others have kept: Alibaba's OSS, Huawei's OBS and Google Cloud Storage. This
 * package signs with the fourth; the doctor reads the second where people still use it.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html | S3, signing with version 2}
 * @see {@link https://cloud.google.com/storage/docs/access-control/signed-urls-v2 | Google Cloud Storage, V2 signing}
 */
interface Maker {
  readonly name: string
  readonly label: string
  /** The parameters of a signed URL. */
  readonly key: string
  readonly prefix: string
  /** True where the date stands in its line also beside a date in a separate field. */
  readonly isDated?: true
  /** True where the name of an object is signed as it is, and not as it stands in the URL. */
  readonly isBare?: true
}

const MAKERS: readonly Maker[] = [
  { name: 'Amazon S3 (version 2)', label: 'AWS', key: 'AWSAccessKeyId', prefix: 'x-amz-' },
  {
    name: 'Alibaba OSS (version 1)',
    label: 'OSS',
    key: 'OSSAccessKeyId',
    prefix: 'x-oss-',
    isDated: true,
    isBare: true,
  },
  { name: 'Huawei OBS (version 2)', label: 'OBS', key: 'AccessKeyId', prefix: 'x-obs-' },
  { name: 'Google Cloud Storage (version 2)', label: 'GOOG1', key: 'GoogleAccessId', prefix: 'x-goog-' },
]

interface Claim {
  readonly maker: Maker
  readonly keyId: string
  readonly signature: string
  /** Of a signed URL. */
  readonly expires: string | undefined
}

const parametersOf = (query: string): ReadonlyMap<string, string> =>
  new Map(
    query
      .split('&')
      .filter(Boolean)
      .map((pair): [string, string] => {
        const at = pair.indexOf('=')
        return at === -1 ? [decoded(pair), ''] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))]
      }),
  )

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function claimOf({ fields, target }: HttpRequest): Claim | undefined {
  for (const value of fieldValues(fields, 'authorization')) {
    const [, label, keyId = '', signature = ''] = /^\s*(AWS|OSS|OBS|GOOG1)\s+([^\s:]+):(\S+)\s*$/.exec(value) ?? []
    const maker = MAKERS.find((one) => one.label === label)
    if (maker !== undefined) return { maker, keyId, signature, expires: undefined }
  }
  const own = parametersOf(splitTarget(target).query.slice(1))
  const maker = MAKERS.find(({ key }) => own.has(key))
  const [signature, expires] = [own.get('Signature'), own.get('Expires')]
  return maker === undefined || signature === undefined || expires === undefined
    ? undefined
    : { maker, keyId: own.get(maker.key) as string, signature, expires }
}

/** Where signers of the second version go wrong. */
export const S3_V2_HYPOTHESES: SchemeHypotheses = {
  ids: ['s3-v2'],
  read: (request) => {
    const claim = claimOf(request)
    return claim === undefined ? undefined : readingOf(request, claim)
  },
}

const sha1 = (secret: Uint8Array) => (base: string | Uint8Array) => legacyHmac('sha1', secret, base)

function readingOf(request: HttpRequest, claim: Claim): SchemeReading {
  const { maker, keyId, signature, expires } = claim
  const isRsa = maker.label === 'GOOG1' && keyId.includes('@')
  const time = timeOf(request, claim)
  return defined({
    id: 's3-v2',
    name: maker.name,
    form: formOf(request, claim),
    signatures: [{ text: signature, right: base64Decode(signature.replaceAll(' ', '+')) }],
    encoding: 'base64',
    keyId,
    keys: {
      algorithms: [isRsa ? 'rsa-v1_5-sha256' : 'hmac-sha1'],
      bytes: utf8,
      reading: 'as its characters',
      ...(!isRsa && { functions: [{ make: sha1 }] }),
    },
    time,
    problems: problemsOf(claim, request),
    ...(expires !== undefined && { suspects: urlSuspects(request) }),
    hint: 'The answer shows the text to sign (StringToSign): compare it line by line. Where the service takes the fourth version alone, no signature of this one is right.',
  })
}

function timeOf({ fields }: HttpRequest, { maker, expires }: Claim): StatedTime | undefined {
  if (expires !== undefined)
    return /^\d{9,11}$/.test(expires)
      ? { ms: Number(expires) * 1_000, pastMs: 0, futureMs: Number.MAX_SAFE_INTEGER }
      : undefined
  const ms = Date.parse(combinedValue(fields, `${maker.prefix}date`) ?? combinedValue(fields, 'date') ?? '')
  return Number.isNaN(ms) ? undefined : { ms, pastMs: 900_000, futureMs: 900_000 }
}

function problemsOf({ signature, expires }: Claim, { target }: HttpRequest): readonly Problem[] {
  // A "+" of a query is a space to the service.
  const isBare = /[?&]Signature=[^&]{0,512}\+/.test(target)
  const out: Problem[] = []
  if (expires !== undefined && !/^\d{9,11}$/.test(expires))
    out.push({
      id: 'time-form',
      certainty: 'proven',
      cause: '"Expires" is no time in whole seconds since 1970.',
      evidence: /^\d{13}$/.test(expires) ? 'It has 13 digits: milliseconds.' : `It is "${expires.slice(0, 40)}".`,
      fix: 'Write the moment at which the URL ends as whole seconds since 1970.',
    })
  if (signature.includes(' ') || isBare)
    out.push({
      id: 'signature-form',
      certainty: 'proven',
      cause: 'The signature was not percent-encoded: a "+" in it is read as a space.',
      evidence: `The parameter Signature has a ${signature.includes(' ') ? 'space where base64 has none' : '"+" as it is'}.`,
      fix: 'Encode the signature before it is put into the query ("+" is %2B, "/" %2F, "=" %3D).',
    })
  return out
}

// "Constructing the CanonicalizedResource element", and what OSS and Google have added to it.
const SUBRESOURCES = new Set(
  'acl cors delete lifecycle location logging notification partNumber policy requestPayment tagging torrent uploadId uploads versionId versioning versions website response-content-type response-content-language response-expires response-cache-control response-content-disposition response-content-encoding encryption generation billing compose defaultObjectAcl storageClass restore append position symlink live img style objectMeta stat'.split(
    ' ',
  ),
)

const HOSTS =
  /^(?:(.+?)\.)?(?:s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?|oss-[a-z0-9-]+\.aliyuncs\.com|obs\.[a-z0-9-]+\.myhuaweicloud\.com|storage\.googleapis\.com)(?::\d+)?$/i

function resourceOf(
  { authority, target }: HttpRequest,
  { isBare }: Maker,
): { readonly bucket: string; readonly text: string } {
  const { path, query } = splitTarget(target)
  const bucket = HOSTS.exec(authority)?.[1] ?? ''
  const kept = query
    .slice(1)
    .split('&')
    .filter((pair) => SUBRESOURCES.has(pair.split('=', 1)[0] as string))
    .sort()
    .map(decoded)
  return {
    bucket,
    text: `${bucket === '' ? '' : `/${bucket}`}${isBare === true ? decoded(path) : path}${kept.length === 0 ? '' : `?${kept.join('&')}`}`,
  }
}

const resourceMistakes = (bucket: string, raw: string, sentPath: string): readonly TextMistake[] => [
  {
    id: 'other',
    rank: 1,
    cause: 'The resource was signed in another way: its bucket, its query or its slashes.',
    fix: 'Sign "/bucket/key" with the path as it is sent (OSS: as it is named, not encoded), also where the bucket stands in the host, and of the query the subresources alone.',
    *apply(text) {
      const [path = '', query] = text.split('?')
      if (bucket !== '') yield [text.slice(bucket.length + 1), 'without the bucket of the host']
      yield [text.slice(1), 'without the first slash']
      if (query !== undefined) yield [path, 'without the subresource']
      if (raw !== '') yield [`${path}?${raw}`, 'with the whole query']
      yield [`${text}/`, 'with a slash at the end']
      yield [text.replace(decoded(sentPath), sentPath), 'with the path as it stands in the URL, percent-encoded']
      yield [withoutEnd(text, '/'), 'without the slash at the end']
      const [, first = ''] = path.split('/')
      if (bucket === '' && first !== '') yield [text.slice(first.length + 1), `without "/${first}"`]
      yield [`/${first}${text}`, `"/${first}" twice`]
    },
  },
  ...PAIRS_MISTAKES.filter(({ id }) => ['decoded', 'encoded-twice', 'space', 'encoder', 'digits-case'].includes(id)),
]

function formOf(request: HttpRequest, { maker, expires }: Claim): SignedForm {
  const { fields } = request
  const sentValue = (name: string): string => combinedValue(fields, name)?.trim() ?? ''
  const names = [...new Set(fields.filter((_, at) => at % 2 === 0).map((one) => one.toLowerCase()))]
    .filter((one) => one.startsWith(maker.prefix))
    .sort()
  const ownDate = sentValue(`${maker.prefix}date`)
  const date = ownDate === '' ? sentValue('date') : maker.isDated === true ? ownDate : ''
  const { bucket, text } = resourceOf(request, maker)
  const raw = splitTarget(request.target).query.slice(1)
  const members: Member[] = [
    { name: 'resource', kind: 'own', text, mistakes: resourceMistakes(bucket, raw, splitTarget(request.target).path) },
    { name: 'content-type', kind: 'content-type', text: sentValue('content-type') },
    { name: 'content-md5', kind: 'field', text: sentValue('content-md5') },
    { name: 'method', kind: 'method', text: request.method },
    { name: 'time', kind: 'own', text: expires ?? date, mistakes: [timeMistake([sentValue('date'), ownDate, ''])] },
    ...names.map((name): Member => ({ name, kind: 'field', text: sentValue(name) })),
  ]
  const compose = (texts: Texts, kept: readonly string[] = names): string =>
    `${['method', 'content-md5', 'content-type', 'time'].map((name) => `${texts[name]}\n`).join('')}${kept
      .map((name) => `${name}:${texts[name]}\n`)
      .join('')}${texts['resource']}`
  return {
    members,
    compose,
    own: [
      {
        id: 'own-headers',
        part: 'own headers',
        rank: 1,
        cause: `A header that begins with ${maker.prefix} is sent and was not signed, or was signed in another place.`,
        fix: `Sign every ${maker.prefix} header that is sent: name in small letters, colon, value, line break, sorted.`,
        *apply(state) {
          const without = (kept: readonly string[], detail: string) =>
            [{ ...state, write: (_: unknown, texts: Texts) => compose(texts, kept) }, detail] as const
          for (const name of names)
            yield without(
              names.filter((one) => one !== name),
              `without ${name}`,
            )
          yield without([], 'without any of them')
        },
      },
    ],
  }
}

const timeMistake = (others: readonly string[]): TextMistake => ({
  id: 'other',
  rank: 1,
  cause: 'Another date was signed than the one that counts.',
  fix: 'With a date in a field of the service, the line of Date is empty; in a signed URL it holds the text of Expires.',
  apply: () => others.map((one) => [one, one === '' ? 'an empty line' : one] as const),
})
