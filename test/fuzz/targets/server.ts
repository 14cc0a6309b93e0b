import { csrfTokens } from '../../../src/console/portal/csrf.js'
import { openapi } from '../../../src/guide/index.js'
import { readJson, readQuery } from '../../../src/keyring/api/read-json.js'
import { httpRequest } from '../../../src/message/message.js'
import { verifyChunks } from '../../../src/schemes/sigv4/chunks.js'
import { verifyGithubWebhook, verifySlackRequest, verifyStripeWebhook } from '../../../src/schemes/webhook/direct.js'
import { strictPolicy } from '../../../src/server/index.js'
import { eventFault, type LambdaEvent, readEvent } from '../../../src/server/middleware/lambda-event.js'
import { holds, json, reads, refusing, type Target } from '../target.js'

const csrf = csrfTokens(new Uint8Array(32).fill(7))
const policy = strictPolicy({ authorities: ['api.example.com'] })

/** A webhook as two parts: the value of its field, and behind an empty line the body. */
const direct = (
  name: string,
  seed: string,
  verify: (headers: { get(name: string): string | null }, body: string) => void,
): Target =>
  reads(`direct-${name}`, [`${seed}\n\n{"a":1}`], (input) => {
    const [field = '', body = ''] = input.split('\n\n')
    verify({ get: () => field }, body)
  })

const UPLOAD = httpRequest({
  method: 'PUT',
  url: 'https://bucket.s3.amazonaws.com/key',
  headers: [
    ['x-amz-date', '20261130T000000Z'],
    ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'],
    ['x-amz-decoded-content-length', '3'],
    ['x-amz-trailer', 'x-amz-checksum-crc32'],
    [
      'authorization',
      `AWS4-HMAC-SHA256 Credential=A/20261130/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-trailer, Signature=${'0'.repeat(64)}`,
    ],
  ],
})
const SIGNED = `;chunk-signature=${'0'.repeat(64)}`
/** It accepts everything, so that what stands behind a signature is read as well. */
const ANY_KEY = { keyId: 'A', algorithm: 'hmac-sha256', verify: () => true } as const

export const targets: readonly Target[] = [
  {
    name: 'api-body',
    run: (bytes) => refusing(() => readJson(bytes)),
    seeds: () => [
      '{"owner":"alice","scopes":["orders:read"],"limits":{"rate":{"limit":5,"windowMs":1000}}}',
      '"\\ud800"',
    ],
  },
  reads('api-query', ['owner=alice&limit=10&after=k%2D1', 'a=+%20'], (input) =>
    readQuery(input, (name) => name === 'limit'),
  ),
  reads('csrf-token', [csrf.of('session-1')], (input) => {
    holds(!csrf.fits('session-1', input) || input === csrf.of('session-1'), 'one text is the token')
  }),
  reads(
    'lambda-event',
    [
      '{"version":"2.0","rawPath":"/v1/a b","rawQueryString":"a=1","cookies":["a=b"],"headers":{"host":"h","x-a":"1,2"},"requestContext":{"domainName":"h","http":{"method":"POST","sourceIp":"192.0.2.1"}},"body":"e30=","isBase64Encoded":true}',
      '{"httpMethod":"GET","path":"/v1","multiValueQueryStringParameters":{"a":["1","2"]},"multiValueHeaders":{"host":["h"]},"requestContext":{"path":"/prod/v1","identity":{"sourceIp":"192.0.2.1"}},"body":null}',
      '{"httpMethod":"GET","path":"/","queryStringParameters":{"a":"%20"},"headers":{"x-forwarded-proto":"https"},"requestContext":{"elb":{"targetGroupArn":"a"}},"body":"","isBase64Encoded":false}',
    ],
    (input) => {
      const event = json(input) as LambdaEvent
      if (eventFault(event) === undefined) readEvent(event)
    },
  ),
  reads(
    'openapi-document',
    [
      '{"openapi":"3.1.0","info":{"title":"a","version":"1"},"paths":{"/a":{"parameters":[{"$ref":"#/components/parameters/b"}],"post":{"responses":{}}}},"components":{"parameters":{"b":{"name":"b","in":"query"}}}}',
    ],
    (input) => openapi(json(input) as never, { policy }),
  ),
  direct('github', `sha256=${'0'.repeat(64)}`, (headers, body) => verifyGithubWebhook(headers, body, 'secret')),
  direct('stripe', `t=1790000000,v1=${'0'.repeat(64)},v0=a`, (headers, body) =>
    verifyStripeWebhook(headers, body, 'whsec_secret', 1_790_000_000_000),
  ),
  direct('slack', `v0=${'0'.repeat(64)}`, (headers, body) =>
    verifySlackRequest(headers, body, 'secret', 1_790_000_000_000),
  ),
  {
    name: 'upload-in-chunks',
    run: (bytes) =>
      refusing(async () => {
        const body = {
          async *[Symbol.asyncIterator]() {
            yield bytes
          },
        }
        let length = 0
        for await (const part of verifyChunks({ request: UPLOAD, key: ANY_KEY, body })) length += part.length
        holds(length === 3, 'an upload has the length that it states')
      }),
    seeds: () => [
      `3${SIGNED}\r\nabc\r\n0${SIGNED}\r\nx-amz-checksum-crc32:NSRBwg==\r\nx-amz-trailer-signature:${'0'.repeat(64)}\r\n\r\n`,
    ],
  },
]
