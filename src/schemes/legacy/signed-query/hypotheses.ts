import { legacyHmac } from '#backend/legacy'
import { base64Decode, utf8, utf8Decode } from '../../../crypto/encoding.js'
import { isCountersignError } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import { defined } from '../../../support/defined.js'
import type { TextMistake } from '../../scheme/mistakes.js'
import type { KeyReading, Problem, SchemeHypotheses, SchemeReading, StatedTime } from '../../scheme/scheme-reading.js'
import { type FormState, formWrites, type SignedForm } from '../../scheme/signed-form.js'
import { missing, TEXT_KEY } from '../hypotheses/credentials.js'
import { isForm } from '../oauth1/base.js'
import { normal } from '../oauth1/parameter-mistakes.js'
import { formPairs, type Pair, percent } from '../oauth1/percent.js'

/**
 * Signatures over the sorted parameters of a call, as clouds had them before SigV4 and as many scripts still write them: version 2 of
 * AWS, the RPC style of Alibaba Cloud and version 1 of Tencent Cloud. This package signs with none of them; the doctor reads them.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html | AWS, signature version 2}
 * @see {@link https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism | Alibaba Cloud, RPC mechanism}
 * @see {@link https://www.tencentcloud.com/document/api/213/33224 | Tencent Cloud, signature method v1}
 */
interface Maker {
  readonly id: string
  readonly name: string
  /** The parameter of the key id, and those that only this scheme has. */
  readonly key: string
  readonly marks: readonly string[]
  readonly text: (parts: Parts) => string
  /** True where names and values are signed as they are, not percent-encoded. */
  readonly isBare?: true
  /** True where the list of parameters is encoded once more as a whole, and the key is the secret with "&" behind it. */
  readonly isTwice?: true
  readonly toleranceMs: number
}

interface Parts {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly parameters: string
}

const MAKERS: readonly Maker[] = [
  {
    id: 'aws-v2',
    name: 'AWS signature version 2',
    key: 'AWSAccessKeyId',
    marks: ['SignatureVersion', 'SignatureMethod'],
    text: ({ method, host, path, parameters }) => [method, host, path, parameters].join('\n'),
    toleranceMs: 900_000,
  },
  {
    id: 'acs1',
    name: 'Alibaba Cloud RPC (version 1)',
    key: 'AccessKeyId',
    marks: ['SignatureNonce', 'SignatureVersion'],
    text: ({ method, path, parameters }) => `${method}&${percent(path)}&${percent(parameters)}`,
    isTwice: true,
    toleranceMs: 900_000,
  },
  {
    id: 'tencent-v1',
    name: 'Tencent Cloud (version 1)',
    key: 'SecretId',
    marks: ['Nonce', 'Timestamp'],
    text: ({ method, host, path, parameters }) => `${method}${host}${path}?${parameters}`,
    isBare: true,
    toleranceMs: 300_000,
  },
]

/** The pairs of a text; none where it cannot be read. */
function pairsOf(text: string): readonly Pair[] {
  try {
    return formPairs(text)
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return []
  }
}

const queryOf = ({ target }: HttpRequest): readonly Pair[] => pairsOf(splitTarget(target).query.slice(1))
const formOf = (request: HttpRequest): readonly Pair[] =>
  isForm(request) && request.body instanceof Uint8Array ? pairsOf(utf8Decode(request.body) ?? '') : []

/** Where callers of these go wrong. */
export const SIGNED_QUERY_HYPOTHESES: SchemeHypotheses = {
  ids: /* @__PURE__ */ MAKERS.map(({ id }) => id),
  read: (request, id) => {
    const all = [...queryOf(request), ...formOf(request)]
    const names = new Set(all.map(([name]) => name))
    const maker = MAKERS.find(
      (one) => one.id === id || (id === undefined && [one.key, ...one.marks].every((name) => names.has(name))),
    )
    return maker === undefined ? undefined : readingOf(request, maker, new Map(all))
  },
}

const sha1 = (secret: Uint8Array) => (base: string | Uint8Array) => legacyHmac('sha1', secret, base)

function keysOf({ isTwice }: Maker, method: string): KeyReading {
  const isSha1 = !/256$/.test(method)
  return {
    ...TEXT_KEY,
    algorithms: [isSha1 ? 'hmac-sha1' : 'hmac-sha256'],
    ...(isSha1 && { functions: [{ make: sha1 }] }),
    ...(isTwice && {
      bytes: (text) => utf8(`${text}&`),
      reading: 'with "&" behind it',
      others: (text) => [
        {
          bytes: utf8(text),
          fault: {
            id: 'key-parts',
            cause: 'The secret was used as it is, where the key is the secret with "&" behind it.',
            fix: 'Put "&" behind the secret: that text is the key of the HMAC.',
          },
        },
      ],
    }),
  }
}

function readingOf(request: HttpRequest, maker: Maker, all: ReadonlyMap<string, string>): SchemeReading {
  const sent = all.get('Signature') ?? ''
  // A "+" that was not encoded is a space to the service.
  const signature = sent.replaceAll(' ', '+')
  const problems: Problem[] = [maker.key, 'Signature'].flatMap((name) =>
    all.get(name) ? [] : [missing(`"${name}"`, 'The list of parameters', `Send the parameter ${name}.`)],
  )
  if (sent.includes(' '))
    problems.push({
      id: 'signature-form',
      certainty: 'proven',
      cause: 'The signature was not percent-encoded: a "+" in it is read as a space.',
      evidence: 'The parameter Signature has a space where base64 has none.',
      fix: 'Encode the signature before it is put into the query ("+" is %2B, "/" %2F, "=" %3D).',
    })
  const stated = timeOf(maker, all)
  return defined({
    id: maker.id,
    name: maker.name,
    form: signedForm(request, maker),
    signatures: signature === '' ? [] : [{ text: signature, right: base64Decode(signature) }],
    encoding: 'base64',
    keyId: all.get(maker.key) ?? '',
    keys: keysOf(maker, all.get('SignatureMethod') ?? ''),
    time: stated,
    problems: [...problems, ...(stated === undefined ? timeProblem(maker, all.get('Timestamp')) : [])],
    hint: 'Compare the text to sign with the one that the answer shows (stringToSign takes it): the parameters sorted by the bytes of their names, each encoded once.',
  })
}

function timeOf({ isBare, toleranceMs }: Maker, all: ReadonlyMap<string, string>): StatedTime | undefined {
  const text = all.get('Timestamp') ?? ''
  const isRight = isBare ? /^\d{9,13}$/.test(text) : /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(text)
  const ms = isBare ? Number(text) * 1_000 : Date.parse(text)
  return isRight && !Number.isNaN(ms) ? { ms, pastMs: toleranceMs, futureMs: toleranceMs } : undefined
}

const timeProblem = ({ isBare }: Maker, text: string | undefined): readonly Problem[] =>
  text === undefined
    ? []
    : [
        {
          id: 'time-form',
          certainty: 'proven',
          cause: '"Timestamp" is not in the form that this scheme takes.',
          evidence: `It is "${text.slice(0, 40)}".`,
          fix: isBare ? 'Write whole seconds since 1970.' : 'Write it in UTC, as 2026-06-01T12:00:00Z.',
        },
      ]

const own = ([name]: Pair): boolean => name !== 'Signature'

/** Characters that encodeURIComponent leaves as they are, in a text that is encoded once or twice. */
const lessEncoded = (text: string): string =>
  text.replace(/%(?:25)?(2[1789A])/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))

function signedForm(request: HttpRequest, maker: Maker): SignedForm {
  const query = queryOf(request).filter(own)
  const form = formOf(request).filter(own)
  const encode = maker.isBare ? (text: string) => text : percent
  const listed = (pairs: readonly Pair[], write = encode): string =>
    pairs.map(([name, value]) => `${write(name)}=${write(value)}`).join('&')
  const all = [...query, ...form]
  const ways: readonly TextMistake[] = [
    {
      id: 'order',
      rank: 1,
      cause: 'The parameters were signed in the order in which they are sent, and not sorted by name.',
      fix: 'Sort the parameters by the bytes of their names before they are joined and signed.',
      apply: () => [
        [listed(all)],
        [
          normal(
            all.map(([a, b]) => [a.toLowerCase(), b] as const),
            encode,
          ),
        ],
      ],
    },
    {
      id: 'encoding',
      rank: 1,
      cause: 'The parameters were signed in another percent-encoding than this scheme asks for.',
      fix: maker.isBare
        ? 'Sign names and values as they are, not encoded; encode them for the URL alone.'
        : 'Encode each name and value once, as RFC 3986 does: A-Z a-z 0-9 - . _ ~ stay, a space is %20, and never "+".',
      *apply() {
        const plus = (text: string): string => percent(text).replaceAll('%20', '+')
        for (const [write, how] of [
          [(text: string) => text, 'not encoded'],
          [percent, 'each name and value encoded'],
          [plus, '"+" for a space'],
          [(text: string) => percent(percent(text)), 'encoded once more'],
        ] as const)
          yield [normal(all, write), how]
      },
    },
    {
      id: 'left-out',
      rank: 1,
      cause: 'A parameter of the call was not signed, or those of the form or of the query were left out.',
      fix: 'Sign all parameters of the call but Signature, wherever they stand.',
      *apply() {
        if (form.length > 0 && query.length > 0) {
          yield [normal(query, encode), 'those of the form']
          yield [normal(form, encode), 'those of the query']
        }
        for (const [at, [name]] of all.slice(0, 64).entries())
          yield [
            normal(
              all.filter((_, other) => other !== at),
              encode,
            ),
            name,
          ]
      },
    },
  ]
  return {
    members: [
      { name: 'parameters', kind: 'own', text: normal(all, encode), mistakes: ways },
      { name: 'host', kind: 'host', text: request.authority.toLowerCase() },
      { name: 'path', kind: 'path', text: splitTarget(request.target).path },
      { name: 'method', kind: 'method', text: request.method.toUpperCase() },
    ],
    compose: ({ method = '', host = '', path = '', parameters = '' }) => maker.text({ method, host, path, parameters }),
    own: [
      {
        id: 'encoder',
        part: 'parameters',
        rank: 1,
        cause: "The parameters were encoded by a function that leaves ! ' ( ) * as they are.",
        fix: "Encode everything but A-Z a-z 0-9 - . _ ~: encodeURIComponent leaves ! ' ( ) * as they are, and each has to be written as %XX.",
        *apply(state: FormState) {
          if (maker.isBare) return
          yield [formWrites(state, (base) => lessEncoded(String(base)))]
          if (maker.isTwice) yield [formWrites(state, (base) => String(base).replace(/%25(2[1789A])/gi, '%$1'))]
        },
      },
      {
        id: 'text-encoding',
        part: 'text to sign',
        rank: 1,
        cause:
          'The path or the list of parameters stands in the text to sign as it is, where each is encoded once more.',
        fix: 'Join the method, "&", the encoded path ("%2F"), "&", and the list of parameters encoded as a whole ("=" is %3D, "&" %26).',
        *apply(state: FormState) {
          if (!maker.isTwice) return
          yield [
            formWrites(
              state,
              (_, { method, path = '', parameters = '' }) => `${method}&${percent(path)}&${parameters}`,
            ),
            'the parameters',
          ]
          yield [
            formWrites(state, (_, { method, path, parameters = '' }) => `${method}&${path}&${percent(parameters)}`),
            'the path',
          ]
          yield [formWrites(state, (_, { parameters = '' }) => parameters), 'the list of parameters alone']
        },
      },
    ],
    ...(maker.isTwice && { opaque: true }),
  }
}
