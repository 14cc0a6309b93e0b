import type { HttpMessage } from '../../../src/message/message.js'
import { isRequest } from '../../../src/message/message.js'
import { bodyBytes } from '../../../src/schemes/scheme/signed-bytes.js'
import type { Coverage, Prepared, SignScheme, UntrustedSignature, VerifyScheme } from '../../../src/schemes/scheme.js'
import { prepareDelivery } from '../../../src/schemes/webhook/prepare.js'
import { readDelivery, signedText } from '../../../src/schemes/webhook/read.js'
import type { Webhook } from '../../../src/schemes/webhook/webhook.js'

/** Both sides of a sender in the form of every other scheme, so that the laws of schemes hold for webhooks, too. */
export function asScheme({ spec, covered }: Webhook): SignScheme & VerifyScheme {
  const covers: ReadonlySet<Coverage> = new Set(covered)
  const { id, base, alternatives = [], place } = spec
  return {
    id,
    readsBody: true,
    prepare: <M extends HttpMessage>(message: M, context: { readonly nowMs: number; readonly nonce: string }) => {
      if (!isRequest(message)) throw new Error('a webhook is a request')
      const prepared = prepareDelivery(spec, message, { nowMs: context.nowMs, id: context.nonce })
      const text = typeof prepared.base === 'string' ? prepared.base : new TextDecoder().decode(prepared.base)
      return {
        base: prepared.base,
        encoding: place.codec.name,
        attach: (signature: Uint8Array | string) =>
          prepared.attach([typeof signature === 'string' ? (place.codec.decode(signature) as Uint8Array) : signature]),
        trace: () => ({ scheme: id, base: text, covered }),
      } as Prepared as Prepared<M>
    },
    parse: (message) => {
      if (!isRequest(message)) return []
      bodyBytes(id, message)
      const read = readDelivery(spec, message)
      if (read === undefined) return []
      return [base, ...alternatives].flatMap((one) =>
        read.signatures.map((signature): UntrustedSignature => {
          const texts = () => signedText(one, message, read)
          return {
            label: '',
            tag: undefined,
            keyId: id,
            claimedAlgorithm: undefined,
            createdMs: read.createdMs,
            expiresMs: undefined,
            nonce: read.id === '' ? undefined : read.id,
            covered,
            covers,
            signature,
            bodyDigests: [],
            get base() {
              return texts().whole()
            },
            get parts() {
              return texts().parts
            },
          }
        }),
      )
    },
  }
}
