import fc from 'fast-check'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { httpRequest } from '../../../src/message/message.js'
import { defineHeaderScheme, type HeaderSchemeOptions } from '../../../src/schemes/header/define-header-scheme.js'
import type { SchemeRow } from './row.js'

export const ACME: HeaderSchemeOptions = {
  id: 'acme',
  headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
  base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
}
export const FORMS: Readonly<Record<string, HeaderSchemeOptions>> = {
  'a digest in the text': ACME,
  'the body itself': {
    ...ACME,
    base: ['text:v1', 'key', 'timestamp', 'nonce', 'method', 'authority', 'path', 'query', 'body'],
  },
  'a header with the digest': {
    ...ACME,
    headers: { ...ACME.headers, bodyDigest: 'X-Acme-Digest' },
    base: ['method', 'target', 'timestamp', 'nonce', 'field:content-type', 'body-sha256-base64'],
    timestamp: 's',
    encoding: 'base64',
    prefix: 'v1=',
  },
}
export const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const message = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'DELETE'),
    path: fc.stringMatching(/^[a-z0-9/%-]{0,12}$/).map((text) => text.replace(/%/g, '%2F')),
    query: fc.stringMatching(/^[a-z0-9=&-]{1,12}$/),
    body: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  })
  .map(({ method, path, query, body }) =>
    httpRequest({
      method,
      url: `https://api.example.com/${path}?${query}`,
      headers: { 'content-type': 'application/json' },
      body: method === 'GET' ? null : body,
    }),
  )

/** A scheme of one's own, in three forms. */
export const HEADER_SCHEMES: readonly SchemeRow[] = Object.entries(FORMS).map(([name, options]) => {
  const scheme = defineHeaderScheme(options)
  return {
    name: `a scheme in headers, ${name}`,
    of: ['defineHeaderScheme'],
    signer: scheme.signer({ key }),
    verifyingKey: key,
    verifier: scheme.verifier(),
    arbitraryMessage: message,
    runs: 60,
  }
})
