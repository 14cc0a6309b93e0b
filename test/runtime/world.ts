import { signRequest } from '../../src/client/index.js'
import { hmacKey } from '../../src/crypto/hmac-key.js'
import type { HmacKey } from '../../src/crypto/key.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { rfc9421 } from '../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/verifier.js'
import type { Signer } from '../../src/schemes/scheme.js'
import { staticKeys } from '../../src/server/key-source.js'
import type { Verifier } from '../../src/server/options.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier } from '../../src/server/verifier.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })

/** The client's signer. */
export const signer: Signer<HmacKey> = rfc9421({ key })

/** What servers sign their answers with, and clients check them against. */
export const serverKey: HmacKey = hmacKey({
  keyId: 'server-1',
  algorithm: 'hmac-sha256',
  secret: new Uint8Array(32).fill(4),
})

/** A verifier that knows the client, and the codes it has given. */
export function verifierFor(authority: string): { readonly verifier: Verifier; readonly codes: string[] } {
  const codes: string[] = []
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice', scopes: ['orders:write'] }]),
    policy: strictPolicy({ authorities: [authority], maxBodyBytes: 65_536 }),
    replay: memoryReplayStore({ restartBarrier: false }),
    audit: ({ code = 'ok' }) => codes.push(code),
    storeTimeoutMs: 10_000,
  })
  return { verifier, codes }
}

/** A signed request with a JSON body, or without one. */
export const signed = (url: string, body?: string, headers: Record<string, string> = {}): Promise<HttpRequest> =>
  signRequest(
    body === undefined
      ? httpRequest({ url, headers })
      : httpRequest({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, body }),
    signer,
  )

/** The text of a body that arrives in pieces. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let out = ''
  for await (const chunk of chunks) out += new TextDecoder().decode(chunk)
  return out
}
