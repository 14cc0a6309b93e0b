import { describe, expect, test, vi } from 'vitest'
import { signRequestSync } from '../../../../src/client/index.js'
import { hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import {
  createVerifier,
  memoryReplayStore,
  staticKeys,
  strictPolicy,
  type Verifier,
} from '../../../../src/server/index.js'
import { openGate } from '../../../../src/server/middleware/gate.js'
import { verdictCode } from '../../../expect-code.js'

/* A verifier may be wrapped by the program that mounts it: the middleware asks what it was given, and takes nothing but a verdict. */

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const plain = httpRequest({ url: 'https://api.example.com/a' })
const signed = (): HttpRequest => signRequestSync(plain, rfc9421({ key }))
const made = (): Verifier =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })

const locked = (verifier: Verifier): Verifier['verify'] => {
  return async (request, context) => verifier.refuse(request, 'SCOPE_DENIED', 'locked', context)
}
const WRAPPERS: Readonly<Record<string, (verifier: Verifier) => Verifier['verify']>> = {
  closure: locked,
  proxy: (verifier) =>
    new Proxy(verifier.verify, { apply: (_, __, args) => locked(verifier)(...(args as [HttpRequest])) }),
  'copy of the properties': (verifier) => Object.assign(locked(verifier), verifier.verify),
  'copy of the descriptors': (verifier) =>
    Object.defineProperties(locked(verifier), Object.getOwnPropertyDescriptors(verifier.verify)),
  spy: (verifier) => {
    const spied = { ...verifier }
    vi.spyOn(spied, 'verify').mockImplementation(locked(verifier))
    return spied.verify
  },
}
const judgedBy = (verifier: Verifier, request: HttpRequest) =>
  openGate(verifier, { onError: () => {} }).judge(
    { method: request.method, target: request.target, fields: request.fields, peer: '192.0.2.1', encrypted: true },
    () => request,
  )

describe('a verifier with another verify', () => {
  test.each(Object.entries(WRAPPERS))('is asked by that one: %s', async (_, wrap) => {
    const verifier = made()
    const verdict = await judgedBy({ ...verifier, verify: wrap(verifier) }, signed())
    expect(verdict !== undefined && verdictCode(verdict)).toBe('SCOPE_DENIED')
  })

  test('answers with a separate object that has a then', async () => {
    for (const [request, code] of [
      [signed(), 'ok'],
      [plain, 'AUTH_MISSING'],
    ] as const) {
      const verifier = made()
      const verify = (one: HttpRequest, context: object) => ({
        // biome-ignore lint/suspicious/noThenProperty: that is what is tested
        then: (done: () => void, failed: () => void) => void verifier.verify(one, context).then(done, failed),
      })
      const verdict = await judgedBy({ ...verifier, verify: verify as never }, request)
      expect(verdict !== undefined && verdictCode(verdict)).toBe(code)
    }
  })

  test.each([undefined, null, {}, true, { ok: 'yes' }])('that returns %j lets nothing in', async (answer) => {
    for (const verify of [async () => answer, () => answer])
      expect(verdictCode((await judgedBy({ ...made(), verify: verify as never }, signed())) as never)).toBe(
        'HOST_FAULT',
      )
  })
})
