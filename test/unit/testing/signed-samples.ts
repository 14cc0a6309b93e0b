import { utf8 } from '../../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import type { MockAccount } from '../../../src/testing/accounts.js'
import type { ExchangeSample } from '../../exchange/sample.js'
import { allSamples } from '../../exchange/samples.js'
import { answerOf } from './support.js'

// EXCHANGE=okx narrows it down while one is being written.
const only = process.env['EXCHANGE']
export const samples = allSamples.filter(({ name }) => only === undefined || name.startsWith(only))

/** A sample's account at a mock, with every permission. */
export function accountOf({ exchange, verifyingKey, passphrase }: ExchangeSample): MockAccount {
  // A sample that states none has one all the same where its exchange wants one.
  const phrase = passphrase ?? (exchange.spec.passphrase === undefined ? undefined : 'phrase-1')
  const permissions = ['read', 'trade', 'withdraw'] as const
  return { verifyingKey, permissions, ...(phrase === undefined ? {} : { passphrase: phrase }) }
}

const TYPE = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const
const TEXT = { json: '{"symbol":"BTCUSDT","quantity":"1"}', form: 'symbol=BTCUSDT&quantity=1' } as const
/** What a bot would send, unsigned. */
export function unsigned(sample: ExchangeSample, origin: string, method: string): HttpRequest {
  const { bodies = { GET: 'none', POST: 'json' }, paths = ['/api/v1/orders'], queryOn } = sample
  const kind = bodies[method] ?? 'none'
  const query = queryOn?.includes(method) === false ? '' : '?symbol=BTCUSDT'
  const url = origin + paths[0] + query
  if (kind === 'none') return httpRequest({ method, url })
  const text =
    kind === 'json' && sample.wrap ? JSON.stringify(sample.wrap(paths[0] ?? '', JSON.parse(TEXT.json))) : TEXT[kind]
  return httpRequest({ method, url, headers: { 'content-type': TYPE[kind] }, body: utf8(text) })
}

interface How {
  readonly aheadMs?: number
  readonly keyId?: string
  readonly forged?: boolean
}

/** The same, signed for now. */
export function signed(
  sample: ExchangeSample,
  request: HttpRequest,
  { aheadMs = 0, keyId, forged = false }: How = {},
): HttpRequest {
  const { scheme, key, service } = sample.signer
  const nowMs = Date.now() + aheadMs
  const nonce = service.nonces?.next(key.keyId) ?? ''
  const prepared = scheme.prepare(request, { keyId: keyId ?? key.keyId, algorithm: key.algorithm, nowMs, nonce })
  if (!forged) return signPreparedSync(prepared, key)
  const bytes = key.sign(prepared.base).slice()
  // The last byte of a wallet's signature tells which of two keys made it: the other one is some other account's.
  if (sample.forged === undefined || bytes.length !== 65) bytes[5] = (bytes[5] as number) ^ 1
  else bytes[64] = 55 - (bytes[64] as number)
  return prepared.attach(bytes)
}

export const send = ({
  method,
  scheme,
  authority,
  target,
  fields,
  body,
}: HttpRequest): Promise<readonly [number, unknown]> => {
  const headers: Array<[string, string]> = []
  for (let i = 0; i < fields.length; i += 2) headers.push([fields[i] as string, fields[i + 1] as string])
  return answerOf(
    fetch(`${scheme}://${authority}${target}`, {
      method,
      headers,
      ...(body === null ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    }),
  )
}
