import { randomNonce } from '../crypto/random.js'
import type { Params } from '../exchange/spec/params.js'
import { hasField } from '../message/fields.js'
import { signPrepared } from '../schemes/scheme.js'
import { defined } from '../support/defined.js'
import { accountOf, clockOf, notWritable } from './exchange-signer.js'
import { type Items, objectOf } from './items.js'
import { withQuery } from './query.js'
import type { Signed } from './signed.js'
import { usage } from './usage.js'
import { VERSION } from './version.js'
import { type Call, flagOf } from './world.js'

/**
 * A request by an exchange's rules: they decide whether the fields are a query, a form or JSON, and where the signature
 * goes.
 */
export async function signedForExchange(
  { world, options }: Call,
  method: string | undefined,
  url: string,
  items: Items,
): Promise<Signed> {
  if (flagOf(options, 'form')) usage('--form must be left out beside --exchange, which decides where fields stand')
  const signer = await accountOf(world, options)
  const { fields, body, query, headers } = items
  const params = fields.length === 0 ? undefined : (objectOf(fields) as Params)
  const built = signer.service.buildRequest(
    withQuery(url, query),
    defined({
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      params,
      ...(body !== undefined && { body: Buffer.from(body).toString() }),
    }),
  )
  if (Array.isArray(built)) return notWritable()
  const { request } = built as Exclude<typeof built, unknown[]>
  const clock = await clockOf(signer, flagOf(options, 'exchangeClock'))
  const { keyId, algorithm } = signer.key
  const nonce = signer.service.nonces?.next(keyId) ?? randomNonce()
  const asked = {
    ...request,
    fields: [
      ...request.fields,
      ...(hasField(request.fields, 'user-agent') ? [] : ['User-Agent', `countersign/${VERSION}`]),
      ...(hasField(request.fields, 'accept') ? [] : ['Accept', '*/*']),
    ],
  }
  // A passphrase and a signed request for another host would be a gift to it.
  signer.service.assertOwn?.(asked)
  const prepared = signer.scheme.prepare(asked, { keyId, algorithm, nowMs: clock.now(), nonce })
  return { request: await signPrepared(prepared, signer.key), base: prepared.trace().base }
}
