import { describe, expect, it } from 'vitest'
import { ecdsaPrivateKey } from '../../src/crypto/ecdsa-key.js'
import { ed25519PrivateKey } from '../../src/crypto/ed25519-key.js'
import { exportPublicKey } from '../../src/crypto/export.js'
import { hmacKey } from '../../src/crypto/hmac-key.js'
import type { SigningKey, VerifyingKey } from '../../src/crypto/key.js'
import { type ProbeOptions, probe } from '../../src/proxy/probe/probe.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../src/server/key-source.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier } from '../../src/server/verifier.js'
import { listen } from '../runtime/wire.js'
import { THOROUGH } from '../thorough.js'
import { gated, upstream } from '../unit/proxy/world.js'
import { brokenServer, type Fault } from './broken-servers.js'
import { MIDDLEWARES } from './servers.js'

const SECRET = new Uint8Array(32).map((_, at) => 7 * at + 1)
const hmac = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: SECRET })
const ed = ed25519PrivateKey({ keyId: 'bot-1', seed: SECRET })
const p256 = ecdsaPrivateKey({ keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256', scalar: SECRET })
const ALL: ReadonlyArray<readonly [string, SigningKey, VerifyingKey]> = [
  ['Ed25519', ed, ed.verifyingKey],
  ['HMAC', hmac, hmac],
  ['ECDSA', p256, p256.verifyingKey],
]
/** In `npm test` each host is probed once. */
const KEYS = THOROUGH ? ALL : ALL.slice(0, 1)
const BODY = '{"symbol":"BTCUSDT","quantity":1}'

async function probed(
  name: string,
  key: SigningKey,
  verifying: VerifyingKey,
  options: Omit<ProbeOptions, 'key'>,
  path: string,
) {
  const port = await listen((authority) =>
    (MIDDLEWARES[name] as (typeof MIDDLEWARES)[string])(
      createVerifier({
        schemes: [rfc9421Verifier()],
        keys: staticKeys([{ key: verifying }]),
        policy: strictPolicy({ authorities: [authority] }),
        replay: memoryReplayStore({ restartBarrier: false }),
      }),
    ),
  )
  return probe(`http://127.0.0.1:${port}${path}`, { key, ...options })
}

describe.each(Object.keys(MIDDLEWARES))('probe on %s', (name) => {
  it.each(KEYS)('finds nothing with a key of %s', async (_, key, verifying) => {
    for (const [options, path] of [
      [{ body: BODY }, '/orders'],
      [{}, '/orders?symbol=BTCUSDT&side=buy%20it'],
    ] as const) {
      const { honest, rows } = await probed(name, key, verifying, options, path)
      expect(honest).toBe(200)
      expect(rows.filter(({ outcome }) => outcome !== 'refused')).toEqual([])
      expect(rows.length).toBeGreaterThan(100)
    }
  })
})

describe('probe on the gate', () => {
  it.each(KEYS)(
    'finds nothing with a key of %s, and nothing but honest requests reaches the service',
    async (_, key, verifying) => {
      const service = await upstream()
      const verifier = createVerifier({
        schemes: [rfc9421Verifier()],
        keys: staticKeys([{ key: verifying }]),
        policy: strictPolicy({ authorities: ['api.example.com'] }),
        replay: memoryReplayStore({ restartBarrier: false }),
      })
      const { port } = await gated({ verifier, upstream: service.origin, publicOrigin: 'http://api.example.com' })
      for (const [options, target] of [
        [{ body: BODY }, '/orders'],
        [{}, '/orders?symbol=BTCUSDT&side=buy%20it'],
      ] as const) {
        const { rows } = await probe(`http://api.example.com${target}`, {
          key,
          connectTo: `127.0.0.1:${port}`,
          ...options,
        })
        expect(rows.filter(({ outcome }) => outcome !== 'refused')).toEqual([])
        expect(
          service.received.every(
            ({ url, method }) => url === target && method === ('body' in options ? 'POST' : 'GET'),
          ),
        ).toBe(true)
        service.received.splice(0)
      }
    },
  )
})

describe('probe on a server that is broken on purpose', () => {
  const found = async (fault: Fault): Promise<readonly string[]> => {
    const port = await listen((authority) => brokenServer(exportPublicKey(ed, 'pem'), authority, fault))
    const { rows } = await probe(`http://127.0.0.1:${port}/orders?a=1&b=2`, { key: ed, body: BODY })
    expect(rows.filter(({ outcome }) => outcome === 'untested')).toEqual([])
    return rows.filter(({ outcome }) => outcome === 'accepted').map(({ number, name }) => `${number} ${name}`)
  }

  it('finds nothing where nothing is broken', async () => {
    expect(await found({})).toEqual([])
  })

  it('finds that nonces are not remembered', async () => {
    expect(await found({ noReplayStore: true })).toEqual([
      '1 the same bytes again',
      '2 eight at once',
      '39 white space around it',
      '39 names of fields in small letters',
    ])
  })

  it('finds that the digest is not checked', async () => {
    expect(await found({ digestUnchecked: true })).toEqual([
      '77 another body of the same length',
      '78 a signed MD5 alone',
      '78 a signed digest of no known algorithm',
      '78 an empty signed digest',
      '78 a right and a wrong one, both signed',
      '80 with other white space',
    ])
  })

  it('finds that the message chooses the algorithm', async () => {
    expect(await found({ algorithmOfMessage: true })).toEqual([
      '18 hmac-sha256 with the PEM, stated',
      '18 hmac-sha512 with the PEM, stated',
    ])
  })
})
