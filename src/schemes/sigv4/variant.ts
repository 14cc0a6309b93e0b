import type { Algorithm } from '../../crypto/algorithm.js'
import type { FieldLines } from '../../message/fields.js'
import type { Weakness } from '../scheme/weaknesses.js'
import { canonicalPathText, canonicalText, encodedPath, normalizedPath } from './encoding.js'
import { BASIC_TIME, type TimeFormat } from './time.js'

/** How the path and the body of a service go into what is signed; what is not stated is not so. */
export interface Rules {
  /** The path as it is on the wire is encoded once more: every AWS service but S3. */
  readonly doubleEncode?: boolean | undefined
  /** Dot segments and empty ones are resolved first: every AWS service but S3. */
  readonly normalizePath?: boolean | undefined
  /** The hash of the body always stands in a separate field. */
  readonly bodyField?: boolean | undefined
  /** A signed URL leaves its body unsigned. */
  readonly unsignedUrls?: boolean
  /** A request that does not state the hash of its body leaves it unsigned. */
  readonly absentIsUnsigned?: boolean
}

/** The headers of a canonical request. */
export interface CanonicalHeaders {
  /** `host;x-amz-date`. */
  readonly list: string
  readonly names: readonly string[]
  /** A line for each, with the line break. */
  readonly lines: string
}

/** The names that a variant gives its parts in a URL. */
export interface QueryNames {
  readonly algorithm: string
  readonly credential: string
  readonly date: string
  readonly expires: string
  readonly signed: string
  readonly token?: string
  readonly signature: string
  readonly regions?: string
}

/**
 * One of the signatures that descend from AWS Signature Version 4, as data: what the code of this folder does is the same for all
 * of them.
 */
export interface Variant {
  /** The id of the scheme. */
  readonly id: string
  /** Who calls it that: for messages. */
  readonly name: string
  /** First line of what is signed, and first word of the field. */
  readonly label: string
  readonly algorithm: Algorithm
  /** Stands before the secret, from which the key of a scope is derived. */
  readonly secretPrefix: string
  /** Parts of the scope after the day; `undefined` where there is none and the secret itself is the key. */
  readonly scope: ReadonlyArray<'region' | 'service'> | undefined
  /** How its services are called, where a name in another case would be signed by the rules of another service. */
  readonly services?: RegExp
  /** Last part of the scope. */
  readonly terminator: string
  readonly time: TimeFormat
  /** Whether the time is a line of what is signed; else it is only in its field. */
  readonly isTimed: boolean
  /** Fields as they are written on the wire. */
  readonly fields: {
    readonly date: string
    readonly hash: string
    readonly token?: string
    readonly nonce?: string
    readonly regions?: string
  }
  /** What the members of the `Authorization` field are called, and what stands between them. */
  readonly members: { readonly credential: string; readonly signed: string; readonly between: string }
  /** Absent where URLs cannot be signed. */
  readonly query?: QueryNames | undefined
  /** Fields with this beginning have to be signed where they are there; '' for none. */
  readonly prefix: string
  /** What the variant leaves open, besides what every one of the family does. */
  readonly weaknesses?: readonly Weakness[]
  rules(service: string): Rules
  path(path: string, rules: Rules): string
  /** One name or value of the query, canonical. */
  queryText(text: string): string
  /** The whole query, where it is signed as it is sent. */
  canonicalQuery?(query: string): string
  /** A parameter without a value is signed without "=". */
  readonly hasBarePairs?: boolean
  /** Its canonical headers, where it writes fields in another way than AWS: `withHeaders` makes it of the five below. */
  headers?(fields: FieldLines, authority: string, isWanted: (lower: string) => boolean): CanonicalHeaders
  /** What a signer signs, where that is not every field that proxies leave alone. */
  signs?(lower: string): boolean
  /** Whether a signed field stands in the list of them; where it does not, it is signed without being named. */
  isListed?(lower: string): boolean
  /** Several values of one field. */
  joined?(values: readonly string[]): string
  /** What stands for the body in what is signed, where that is not what is given. */
  payloadText?(payload: string, isEmpty: boolean): string
  /** The signature as text, where that is not plain hexadecimal. */
  signatureText?(signature: Uint8Array | string): string
  /** The reverse of it; `undefined` for another form. */
  readSignature?(text: string): Uint8Array | undefined
  /** The host as it is signed, where that is not the whole authority. */
  hostText?(authority: string): string
  /** The spaces of a value, where several inside it are not one. */
  valueText?(value: string): string
  /** The value of a field, canonical except for white space. */
  fieldText?(name: string, value: string): string
}

/** The services that are S3 by another name. */
export const S3_SERVICES: RegExp = /^s3(?:-outposts|-object-lambda|express)?$/

/** What AWS does differently for S3. */
export function awsRules(service: string): Rules {
  const isS3 = S3_SERVICES.test(service)
  return { doubleEncode: !isS3, normalizePath: !isS3, bodyField: isS3, unsignedUrls: isS3 }
}

/** The path of AWS. */
export function awsPath(
  path: string,
  { doubleEncode, normalizePath }: Pick<Rules, 'doubleEncode' | 'normalizePath'>,
): string {
  const plain = normalizePath ? normalizedPath(path) : path
  return doubleEncode ? encodedPath(plain) : canonicalPathText(plain)
}

/** A "+" of a query is a space, as every server of forms reads it. */
export const formText = (text: string): string => canonicalText(text.replaceAll('+', '%20'))

/** First line of what AWS signs. */
export const AWS_LABEL = 'AWS4-HMAC-SHA256'
/** Last part of the scope. */
export const AWS_END = 'aws4_request'

export const AWS_QUERY: QueryNames = {
  algorithm: 'X-Amz-Algorithm',
  credential: 'X-Amz-Credential',
  date: 'X-Amz-Date',
  expires: 'X-Amz-Expires',
  signed: 'X-Amz-SignedHeaders',
  token: 'X-Amz-Security-Token',
  signature: 'X-Amz-Signature',
}

/**
 * AWS Signature Version 4 in fields.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html | AWS IAM User Guide}
 */
export const AWS4: Variant = {
  id: 'sigv4',
  name: 'AWS Signature Version 4',
  label: AWS_LABEL,
  algorithm: 'hmac-sha256',
  secretPrefix: 'AWS4',
  scope: ['region', 'service'],
  // The one service of AWS whose name has capitals (botocore, iotsecuretunneling).
  services: /^(?:[a-z0-9_.-]{1,128}|IoTSecuredTunneling)$/,
  terminator: AWS_END,
  time: BASIC_TIME,
  isTimed: true,
  fields: { date: 'X-Amz-Date', hash: 'X-Amz-Content-Sha256', token: 'X-Amz-Security-Token' },
  members: { credential: 'Credential', signed: 'SignedHeaders', between: ', ' },
  prefix: 'x-amz-',
  rules: awsRules,
  path: awsPath,
  queryText: formText,
}

/** The same, with signatures in URLs as well. */
export const AWS4_URLS: Variant = /* @__PURE__ */ Object.assign({}, AWS4, { query: AWS_QUERY })
