import { describe, expect, it } from 'vitest'
import { order, sign } from '../../attacks/world.js'
import { verdictCode } from '../../expect-code.js'
import { ALICE, BY, closedWorlds, type KeyringWorld, signerOf } from './keyring-world.js'

const { open } = closedWorlds()

describe('a verification that waits for the body', () => {
  /** The order, signed, with a body that arrives when it is let go. */
  async function slow(w: KeyringWorld, key: ReturnType<typeof signerOf>) {
    const signed = await sign(order(), { key, nowMs: w.nowMs })
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let asked = (): void => {}
    const reading = new Promise<void>((resolve) => {
      asked = resolve
    })
    async function* body(): AsyncGenerator<Uint8Array> {
      asked()
      await gate
      yield signed.body as Uint8Array
    }
    const verdict = w.verifier.verify({ ...signed, body: body() }, { scope: 'orders:write', clientIp: '10.0.0.1' })
    await reading
    return async (): Promise<string> => {
      release()
      const done = await verdict
      return verdictCode(done)
    }
  }

  it.each<[string, (w: KeyringWorld, id: string) => unknown, string]>([
    ['nothing happened', () => {}, 'ok'],
    ['it was revoked', (w, id) => w.keyring.revoke(id, BY), 'KEY_REVOKED'],
    ['it was disabled', (w, id) => w.keyring.disable(id, BY), 'KEY_DISABLED'],
    ['it was narrowed', (w, id) => w.keyring.update(id, { scopes: ['orders:read'], ...BY }), 'SCOPE_DENIED'],
    ['its address was shut out', (w, id) => w.keyring.update(id, { denyIp: ['10.0.0.1'], ...BY }), 'IP_DENIED'],
    [
      'its life ended',
      (w) => {
        w.nowMs += 10_000
      },
      'KEY_EXPIRED',
    ],
    ['it was compromised', (w, id) => w.keyring.rotate(id, { ...BY, compromised: true }), 'KEY_REVOKED'],
  ])('judges the key once more: %s', async (_, act, expected) => {
    const w = open()
    const key = signerOf(await w.keyring.issue({ ...ALICE, expiresInMs: 10_000 }))
    const finish = await slow(w, key)
    await act(w, key.keyId)
    expect(await finish()).toBe(expected)
  })
})
