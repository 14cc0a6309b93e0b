import { getRequestListener } from '@hono/node-server'
import { describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../../src/client/index.js'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { createKeyringApi } from '../../../../src/keyring/api/api.js'
import { createKeyring } from '../../../../src/keyring/keyring.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { withSignature } from '../../../../src/server/middleware/fetch.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { createVerifier } from '../../../../src/server/verifier.js'
import { listen } from '../../../runtime/wire.js'
import { sealing } from '../keyring-world.js'

/** A client that knows a key id and its secret, and nothing else. */
const clientOf = (origin: string, keyId: string, secret: string) => {
  const key = hmacKey({ keyId, algorithm: 'hmac-sha256', secret: utf8(secret) })
  const signedFetch = createSignedFetch(rfc9421({ key }), { origins: [origin] })
  return async (method: string, path: string, body?: object) => {
    const init = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await signedFetch(`${origin}${path}`, { method, ...(body === undefined ? {} : init) })
    const text = await response.text()
    // biome-ignore lint/suspicious/noExplicitAny: an answer is what the test says it is
    return { status: response.status, json: (text === '' ? undefined : JSON.parse(text)) as any }
  }
}

describe('over HTTP, with our own client', () => {
  it('a key lives its whole life', async () => {
    const keyring = createKeyring({ store: memoryKeyStore(), prefix: 'acme', sealing, cache: { pollMs: 0 } })
    const first = await keyring.issue({ owner: 'ops', scopes: ['keys:*', 'orders:*'], actor: 'bootstrap' })
    const port = await listen((authority) => {
      const verifier = createVerifier({
        schemes: [rfc9421Verifier()],
        keys: keyring,
        policy: strictPolicy({ authorities: [authority] }),
        replay: memoryReplayStore({ restartBarrier: false }),
        storeTimeoutMs: 10_000,
      })
      const api = createKeyringApi({ keyring })
      const listener = getRequestListener(withSignature<readonly unknown[]>(verifier, api))
      return (request, response) => void listener(request, response)
    })
    const origin = `http://127.0.0.1:${port}`
    const admin = clientOf(origin, first.key.id, (first.secret as NonNullable<typeof first.secret>).revealText())

    const issued = await admin('POST', '/v1/keys', { owner: 'alice', name: 'bot', scopes: ['orders:read'] })
    expect([issued.status, issued.json.key.createdBy]).toEqual([201, first.key.id])
    const alice = clientOf(origin, issued.json.key.id, issued.json.secret)
    expect((await alice('GET', '/v1/keys')).status).toBe(403)
    expect((await alice('POST', '/v1/keys', { scopes: ['keys:*'] })).status).toBe(403)
    expect((await fetch(`${origin}/v1/keys`)).status).toBe(401)
    expect((await fetch(`${origin}/v1/openapi.json`)).status).toBe(401)

    const rotated = await admin('POST', `/v1/keys/${issued.json.key.id}/rotate`, { overlapMs: 60_000 })
    const next = clientOf(origin, rotated.json.key.id, rotated.json.secret)
    // Both are who they say they are, and neither may look at keys.
    expect([(await alice('GET', '/v1/keys')).status, (await next('GET', '/v1/keys')).status]).toEqual([403, 403])
    expect((await clientOf(origin, rotated.json.key.id, issued.json.secret)('GET', '/v1/keys')).status).toBe(401)

    const revoked = await admin('POST', `/v1/keys/${rotated.json.key.id}/revoke`, { reason: 'done', wait: true })
    expect(revoked.json).toMatchObject({ key: { state: 'revoked', revokedReason: 'done' }, nodes: 0 })
    expect((await next('GET', '/v1/keys')).status).toBe(401)
    expect((await alice('GET', '/v1/keys')).status).toBe(403)
    const listed = await admin('GET', '/v1/keys?owner=alice')
    expect(listed.json.keys.map(({ state }: { state: string }) => state).toSorted()).toEqual(['revoked', 'rotating'])
    expect((await admin('GET', '/v1/openapi.json')).json.openapi).toBe('3.1.0')
    expect((await admin('DELETE', '/v1/keys')).status).toBe(405)

    // An admin that revokes its own key has spoken for the last time.
    expect((await admin('POST', `/v1/keys/${first.key.id}/revoke`)).status).toBe(200)
    expect((await admin('GET', '/v1/keys')).status).toBe(401)
    await keyring.close()
  })
})
