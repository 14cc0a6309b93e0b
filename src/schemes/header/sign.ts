import { hashText } from '#backend/hash'
import { ENCODE } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { type HttpMessage, isRequest, withFields } from '../../message/message.js'
import { bodyBytes, joinParts } from '../scheme/signed-bytes.js'
import { TIME_FORMS } from '../scheme/times.js'
import { type Prepared, type SignContext, type SignScheme, signatureText } from '../scheme.js'
import { baseParts, type Plan } from './compiled.js'

/** The signing side. */
export function headerSigner(plan: Plan): SignScheme {
  const { id, headers, encoding, prefix } = plan
  const covered = [...plan.covers]
  return {
    id,
    prepare: <M extends HttpMessage>(message: M, { keyId, nowMs, nonce }: SignContext): Prepared<M> => {
      if (!isRequest(message)) return fail('MESSAGE_MALFORMED', `${id} signs requests, got a response`)
      for (const name of Object.values(headers) as readonly string[])
        if (hasField(message.fields, name.toLowerCase())) fail('MESSAGE_MALFORMED', `${name} is there already`)
      const timestamp = TIME_FORMS[plan.timestamp].write(nowMs)
      const digest =
        headers.bodyDigest === undefined ? undefined : hashText('sha256', bodyBytes(id, message), plan.digest as 'hex')
      const fields = [...message.fields, headers.key, keyId, headers.timestamp, timestamp]
      if (headers.nonce !== undefined) fields.push(headers.nonce, nonce)
      if (headers.bodyDigest !== undefined) fields.push(headers.bodyDigest, digest as string)
      const ready = withFields(message, fields)
      const base = joinParts(baseParts(plan, ready, { key: keyId, timestamp, nonce, digest }))
      return {
        base,
        encoding,
        attach: (signature) =>
          withFields(ready, [...fields, headers.signature, prefix + signatureText(signature, ENCODE[encoding])]) as M,
        trace: () => ({ scheme: id, base: typeof base === 'string' ? base : new TextDecoder().decode(base), covered }),
      }
    },
  }
}
