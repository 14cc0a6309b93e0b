import type { HttpRequest } from '../../../../src/message/message.js'

/** What the tests of parts state: a second, a scope of it, and a signature that is none. */
export const HOST = 'api.example.com'
export const TIME = '20260102T030405Z'
export const NOW: number = Date.UTC(2026, 0, 2, 3, 4, 5)
export const AREA = '20260102/eu-central-1/orders/aws4_request'
export const S3_AREA = '20260102/eu-central-1/s3/aws4_request'
export const ZEROS: string = '0'.repeat(64)

export const requestOf = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  ...{ method: 'GET', scheme: 'https', authority: HOST, target: '/v1', fields: [], body: null },
  ...more,
})

/** The field of a signature, of its parts. */
export const authorization = ({
  label = 'AWS4-HMAC-SHA256',
  credential = `AKIDEXAMPLE/${AREA}`,
  signed = 'host;x-amz-date',
  signature = ZEROS,
} = {}): string => `${label} Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`

/** The parameters of a signed URL, of those of AWS without the beginning of their names. */
export const query = (more: Readonly<Record<string, string | undefined>> = {}, prefix = 'X-Amz-'): string => {
  const all = {
    Algorithm: 'AWS4-HMAC-SHA256',
    Credential: `AKIDEXAMPLE/${AREA}`,
    Date: TIME,
    Expires: '60',
    SignedHeaders: 'host',
    ...more,
    Signature: ZEROS,
  }
  const pairs = Object.entries(all).filter(([, value]) => value !== undefined)
  return pairs.map(([name, value]) => `${prefix}${name}=${encodeURIComponent(value as string)}`).join('&')
}
