import { type HmacKey, hmacKey } from '../../../../src/crypto/index.js'
import type { HttpMessage, HttpRequest, HttpResponse } from '../../../../src/message/message.js'
import { type Rfc9421VerifierOptions, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import type { SignContext, UntrustedSignature } from '../../../../src/schemes/scheme.js'
import { thrownCode } from '../../../expect-code.js'

export const KEY: HmacKey = hmacKey({
  keyId: 'bot-1',
  algorithm: 'hmac-sha256',
  secret: new Uint8Array(32).fill(7),
})

export const CONTEXT: SignContext = {
  keyId: KEY.keyId,
  algorithm: KEY.algorithm,
  nowMs: 1_700_000_000_000,
  nonce: 'nonce-0123456789abcdef',
}

/** A request as it is on the wire: nothing is checked or normalised, as for one that came over a socket. */
export const request = (parts: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/orders?symbol=BTC',
  fields: [],
  body: null,
  ...parts,
})

/** A response as it is on the wire. */
export const response = (parts: Partial<HttpResponse> = {}): HttpResponse => ({
  status: 200,
  fields: [],
  body: null,
  ...parts,
})

/** The message with the two fields of a signature whose value does not matter. */
export const withInput = <M extends HttpMessage>(message: M, input: string, signature = 'sig1=:AAAA:'): M => ({
  ...message,
  fields: [...message.fields, 'Signature-Input', input, 'Signature', signature],
})

export const parse = (message: HttpMessage, options?: Rfc9421VerifierOptions): readonly UntrustedSignature[] =>
  rfc9421Verifier(options).parse(message)

/** The only signature of a message. */
export function single(message: HttpMessage, options?: Rfc9421VerifierOptions): UntrustedSignature {
  const [found, ...more] = parse(message, options)
  if (found === undefined || more.length > 0) throw new Error('expected one signature')
  return found
}

/** The base lines that a message gives for identifiers, without the last line. */
export function lines(message: HttpMessage, identifiers: string, options?: Rfc9421VerifierOptions): string[] {
  const base = single(withInput(message, `sig1=(${identifiers});created=1`), options).base as string
  return base.split('\n').slice(0, -1)
}

/** The code with which a message is refused when everything about its only signature is looked at. */
export const refusal = (message: HttpMessage, options?: Rfc9421VerifierOptions): string =>
  thrownCode(() => {
    for (const one of parse(message, options)) void [one.covered, one.covers, one.base, one.bodyDigests]
  })

/** The code with which a covered-components list is refused. */
export const refusedList = (message: HttpMessage, identifiers: string, options?: Rfc9421VerifierOptions): string =>
  refusal(withInput(message, `sig1=(${identifiers});created=1`), options)
