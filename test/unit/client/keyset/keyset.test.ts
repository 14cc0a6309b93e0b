import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import { type KeysetChange, keyset } from '../../../../src/client/keyset/keyset.js'
import { reloadKeyset } from '../../../../src/client/keyset/reload.js'
import { signRequest, signRequestSync } from '../../../../src/client/sign-request.js'
import { generateKeyPair } from '../../../../src/crypto/generate.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import type { HmacKey, SigningKey } from '../../../../src/crypto/key.js'
import { okx } from '../../../../src/exchange/catalogue/okx.js'
import { httpRequest } from '../../../../src/message/message.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/signer.js'
import { needlesOf, PRINTERS } from '../../../attacks/printers.js'
import { codeOf } from '../../../expect-code.js'
import { exchange, headOf } from '../mock.js'

const secretOf = (keyId: string): Uint8Array =>
  new TextEncoder().encode(`${keyId}: thirty-two bytes and then some more`)
const keyOf = (keyId: string): HmacKey => hmacKey({ keyId, algorithm: 'hmac-sha256', secret: secretOf(keyId) })
const [one, two, three] = [keyOf('one'), keyOf('two'), keyOf('three')]
const request = httpRequest({ url: 'https://api.example.com/v1/orders' })
const idIn = (fields: readonly string[]): string => /keyid="([^"]+)"/.exec(fields.join(' '))?.[1] ?? ''

describe('keyset', () => {
  it('holds keys, and one of them signs', async () => {
    const keys = keyset({ keys: [one, { key: two }], primary: 'two' })
    expect([keys.primary, keys.keyIds]).toEqual([two, ['two', 'one']])
    keys.add(three)
    expect(keys.primary).toBe(two)
    keys.promote('three')
    expect([keys.primary, keys.keyIds]).toEqual([three, ['three', 'two', 'one']])
    keys.retire('two')
    expect(keys.keyIds).toEqual(['three', 'one'])
    expect(await codeOf(() => keys.retire('three'))).toBe('KEY_STATE')
    keys.promote('one')
    keys.retire('three')
    expect(await codeOf(() => keys.retire('one'))).toBe('KEY_STATE')
    expect(await codeOf(() => keys.add(keyOf('one')))).toBe('KEY_STATE')
    expect(await codeOf(() => keys.add(two, { key: three } as never))).toBe('ARGUMENT_INVALID')
    for (const keyId of ['three', 'toString', '', undefined])
      for (const act of [keys.promote, keys.retire])
        expect(await codeOf(() => act(keyId as string))).toBe('KEY_NOT_FOUND')
    keys.replace({ keys: [two, three], primary: 'two' })
    expect([keys.primary, keys.keyIds]).toEqual([two, ['two', 'three']])
  })

  it.each([
    { keys: [], primary: 'one' },
    { keys: [one], primary: 'two' },
    { keys: [one], primary: undefined },
    { keys: [one, keyOf('one')], primary: 'one' },
    { keys: one, primary: 'one' },
    { keys: [{ ...one, keyId: 'a b' }], primary: 'a b' },
    { keys: [{ key: one, useFromMs: Number.NaN }], primary: 'one' },
    { keys: [{ key: one, useFromMs: -1 }], primary: 'one' },
    { keys: [{ key: { keyId: 'one' } }], primary: 'one' },
    { keys: [null], primary: 'one' },
    { keys: Array.from({ length: 65 }, (_, i) => keyOf(`k${i}`)), primary: 'k0' },
  ])('refuses what is no set of keys (%#), also in its place, and changes nothing', async (contents) => {
    expect(await codeOf(() => keyset(contents as never))).toBe('ARGUMENT_INVALID')
    const keys = keyset({ keys: [one, two], primary: 'two' })
    const heard: unknown[] = []
    keys.onChange((change) => heard.push(change))
    expect(await codeOf(() => keys.replace(contents as never))).toBe('ARGUMENT_INVALID')
    await Promise.resolve()
    expect([keys.primary, keys.keyIds, heard]).toEqual([two, ['two', 'one'], []])
  })

  it('takes a key of the caller that has a member "key"', () => {
    const kms = { key: 'arn', keyId: 'kms', algorithm: 'ed25519', sign: () => new Uint8Array(64) } as const
    expect(keyset<SigningKey>({ keys: [kms], primary: 'kms' }).primary).toBe(kms)
  })

  it('a promoted key waits for its time, which stays come', async () => {
    let nowMs = 1_000
    const keys = keyset({ keys: [one, { key: two, useFromMs: 2_000 }], primary: 'two', clock: { now: () => nowMs } })
    const heard: KeysetChange[] = []
    keys.onChange((change) => heard.push(change))
    expect(keys.primary).toBe(one)
    expect(await codeOf(() => keys.retire('one'))).toBe('KEY_STATE')
    nowMs = 1_999
    expect([keys.primary, heard]).toEqual([one, []])
    nowMs = 2_000
    expect(keys.primary).toBe(two)
    await Promise.resolve()
    expect(heard).toEqual([{ primary: 'two', previous: 'one', keyIds: ['two', 'one'] }])
    nowMs = 0
    expect(keys.primary).toBe(two)
    keys.retire('one')
    expect(keys.primary).toBe(two)
    keys.add(three, { useFromMs: 9_000 })
    keys.promote('three')
    expect(keys.primary).toBe(two)
    expect(await codeOf(() => keys.replace({ keys: [{ key: one, useFromMs: 5 }], primary: 'one' }))).toBe('KEY_STATE')
    expect(keys.keyIds).toEqual(['three', 'two'])
    const none = keyset({ keys: [{ key: one, useFromMs: 5 }], primary: 'one', clock: { now: () => nowMs } })
    expect(await codeOf(() => none.primary)).toBe('KEY_STATE')
    nowMs = 5
    expect(none.primary).toBe(one)
  })

  it('calls its listeners, one at a time, until they unsubscribe', async () => {
    const keys = keyset({ keys: [one], primary: 'one' })
    const heard: string[] = []
    const listener = ({ primary, previous, keyIds }: KeysetChange): void => {
      heard.push(`${previous}>${primary} ${keyIds}`)
    }
    const stop = keys.onChange(listener)
    keys.onChange(listener)
    keys.add(two)
    keys.promote('two')
    expect(heard).toEqual([])
    await Promise.resolve()
    expect(heard).toEqual(['one>one one,two', 'one>one one,two', 'one>two two,one', 'one>two two,one'])
    stop()
    keys.retire('one')
    await Promise.resolve()
    expect(heard.slice(4)).toEqual(['two>two two'])
  })

  it('whatever is done to it, the key that signs is one of its own and its time has come', () => {
    const ids = ['a', 'b', 'c', 'd']
    const step = fc.record({
      act: fc.constantFrom('add', 'promote', 'retire', 'replace', 'time'),
      keyId: fc.constantFrom(...ids),
      atMs: fc.nat({ max: 60 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let nowMs = 0
        const times = new Map([['a', 0]])
        const keys = keyset({ keys: [keyOf('a')], primary: 'a', clock: { now: () => nowMs } })
        const signer = keys.signer((key) => rfc9421({ key }))
        let latest = 0
        for (const { act, keyId, atMs } of steps) {
          try {
            if (act === 'time') nowMs = atMs
            else if (act === 'add') {
              keys.add(keyOf(keyId), { useFromMs: atMs })
              times.set(keyId, atMs)
            } else if (act === 'replace') {
              keys.replace({ keys: [keyOf(keyId), keyOf('z')], primary: keyId })
              times.clear()
              times.set(keyId, 0).set('z', 0)
            } else keys[act](keyId)
          } catch {
            // Refused: then everything is as it was, which is what comes next.
          }
          latest = Math.max(latest, nowMs)
          const { keyId: id } = keys.primary
          expect(keys.keyIds).toContain(id)
          expect(times.get(id) as number).toBeLessThanOrEqual(latest)
          expect(idIn(signRequestSync(request, signer).fields)).toBe(id)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('the signer of a keyset', () => {
  it('never mixes ids: a switch between preparing and signing changes the next request only', async () => {
    const { signingKey: slow, verifyingKey } = await generateKeyPair('ed25519', { keyId: 'slow' })
    const keys = keyset<SigningKey>({ keys: [slow, one], primary: 'slow' })
    const signer = keys.signer((key) => rfc9421({ key }))
    // The caller's code: prepares, is away for a while, signs.
    const { scheme, key } = signer
    const prepared = scheme.prepare(request, {
      keyId: key.keyId,
      algorithm: key.algorithm,
      nowMs: 0,
      nonce: 'n'.repeat(22),
    })
    keys.promote('one')
    keys.retire('slow')
    const signature = await key.sign(prepared.base)
    expect(idIn(prepared.attach(signature).fields)).toBe('slow')
    expect(verifyingKey.verify(prepared.base, signature)).toBe(true)
    expect(signer.key).toBe(one)
    const context = { keyId: 'another', algorithm: key.algorithm, nowMs: 0, nonce: 'n'.repeat(22) }
    expect(await codeOf(() => scheme.prepare(request, context))).toBe('KEY_STATE')
  })

  it('switches inside the callbacks of a request do not mix either', async () => {
    const keys = keyset({ keys: [one, two], primary: 'one' })
    const signer = keys.signer((key) => rfc9421({ key, alg: true }))
    const flip = (): void => keys.promote(keys.primary === one ? 'two' : 'one')
    const clock = {
      now: () => {
        flip()
        return 1_790_000_000_000
      },
    }
    const nonces = {
      next: (keyId: string) => {
        flip()
        return keyId.padEnd(22, '-')
      },
    }
    for (let i = 0; i < 10; i++) {
      const { fields } = await signRequest(request, signer, { clock, nonces })
      const id = idIn(fields)
      expect(fields.join(' ')).toContain(`nonce="${id.padEnd(22, '-')}"`)
      const by = id === 'one' ? one : two
      const alone = signRequestSync(request, rfc9421({ key: by, alg: true }), {
        clock: { now: () => 1_790_000_000_000 },
        nonces: { next: () => id.padEnd(22, '-') },
      })
      expect(fields).toEqual(alone.fields)
      if (i % 3 === 0) flip()
    }
  })

  it('has the service of its keys, and each key its own half of the scheme', async () => {
    const keyFor = (apiKey: string): HmacKey =>
      okx({ apiKey, secret: `${apiKey}-secret`, passphrase: `${apiKey}-pass` }).key as HmacKey
    const keys = keyset({ keys: [keyFor('first'), keyFor('second')], primary: 'first' })
    const made: string[] = []
    const signer = keys.signer((key) => {
      made.push(key.keyId)
      return okx({ key, passphrase: `${key.keyId}-pass` })
    })
    const alone = okx({ apiKey: 'x', secret: 'x-secret', passphrase: 'x-pass' })
    expect(signer.service.origins).toEqual(alone.service.origins)
    const passIn = (fields: readonly string[]): string => fields[fields.indexOf('OK-ACCESS-PASSPHRASE') + 1] ?? ''
    const okxRequest = httpRequest({ url: 'https://www.okx.com/api/v5/account/balance' })
    expect(passIn((await signRequest(okxRequest, signer)).fields)).toBe('first-pass')
    keys.promote('second')
    expect(passIn((await signRequest(okxRequest, signer)).fields)).toBe('second-pass')
    await signRequest(okxRequest, signer)
    expect(made).toEqual(['first', 'second'])
    createSignedFetch(signer)
  })

  it('uses the key that came in the place of one with the same id', async () => {
    const keys = keyset({ keys: [one], primary: 'one' })
    const signer = keys.signer((key) => rfc9421({ key }))
    const options = { clock: { now: () => 0 }, nonces: { next: () => 'n'.repeat(22) } }
    const before = signRequestSync(request, signer, options)
    keys.replace({
      keys: [hmacKey({ keyId: 'one', algorithm: 'hmac-sha256', secret: secretOf('other') })],
      primary: 'one',
    })
    const after = signRequestSync(request, signer, options)
    expect(after.fields.at(-1)).not.toBe(before.fields.at(-1))
    expect(after.fields.slice(0, -1)).toEqual(before.fields.slice(0, -1))
  })
})

describe('end to end', () => {
  it('promotes during 200 parallel requests: all verify, both ids are seen', async () => {
    const { origin, outcomes, heads, nonces } = await exchange({
      keys: [
        { key: one, owner: 'a' },
        { key: two, owner: 'a' },
      ],
    })
    const keys = keyset({ keys: [one], primary: 'one' })
    const signedFetch = createSignedFetch(
      keys.signer((key) => rfc9421({ key })),
      { origins: [origin] },
    )
    // In the middle of them, once the first has arrived.
    const switched = (async () => {
      while (heads.length === 0) await new Promise(setImmediate)
      keys.add(two)
      keys.promote('two')
      await new Promise((resolve) => setTimeout(resolve, 10))
      keys.retire('one')
    })()
    const all = Array.from({ length: 200 }, async (_, i) => {
      // Some start before the switch, some in it, some after it; bodies make them wait before they are signed.
      if (i < 160) await new Promise((resolve) => setTimeout(resolve, i % 40))
      else await switched
      return (await signedFetch(`${origin}/orders?i=${i}`, { method: 'POST', body: new Blob([`order ${i}`]) })).status
    })
    expect(new Set(await Promise.all(all))).toEqual(new Set([200]))
    expect(outcomes()).toEqual(Array.from({ length: 200 }, () => 'ok'))
    expect(new Set(nonces()).size).toBe(200)
    const ids = heads.map((head) => idIn([headOf(head, 'signature-input') ?? '']))
    expect(new Set(ids)).toEqual(new Set(['one', 'two']))
  })

  it('a retry and a negotiated signature are made with the key of their moment', async () => {
    const { origin, outcomes, heads, route } = await exchange({
      keys: [
        { key: one, owner: 'a' },
        { key: two, owner: 'a' },
      ],
    })
    const keys = keyset({ keys: [one, two], primary: 'one' })
    route('/flaky', (_, response) => {
      response.writeHead(keys.primary === one ? 503 : 200).end()
      keys.promote('two')
    })
    const signedFetch = createSignedFetch(
      keys.signer((key) => rfc9421({ key })),
      {
        origins: [origin],
        retry: ({ attempt, response }) => (response?.status === 503 && attempt < 3 ? 0 : undefined),
      },
    )
    expect((await signedFetch(`${origin}/flaky`)).status).toBe(200)
    expect(outcomes()).toEqual(['ok', 'ok'])
    expect(heads.map((head) => idIn([headOf(head, 'signature-input') ?? '']))).toEqual(['one', 'two'])
  })
})

describe('reloadKeyset', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const contents = (primary: HmacKey) => ({ keys: [one, two], primary: primary.keyId })

  it('asks at its interval, and replaces what changed', async () => {
    const keys = keyset(contents(one))
    let changed = false
    let loads = 0
    const errors: unknown[] = []
    const source = {
      changed: async () => changed,
      load: async () => {
        loads++
        return contents(two)
      },
    }
    const reload = reloadKeyset(keys, source, { everyMs: 1_000, onError: (error) => errors.push(error) })
    await vi.advanceTimersByTimeAsync(3_500)
    expect([loads, keys.primary]).toEqual([0, one])
    changed = true
    await vi.advanceTimersByTimeAsync(400)
    expect(keys.primary).toBe(one)
    await vi.advanceTimersByTimeAsync(200)
    expect([loads, keys.primary, errors]).toEqual([1, two, []])
    reload.stop()
    await vi.advanceTimersByTimeAsync(5_000)
    expect([loads, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('keeps the old keys through every failure, says so, and goes on', async () => {
    const keys = keyset(contents(one))
    const answers: Array<() => Promise<unknown>> = [
      () => Promise.reject(new Error('unreadable')),
      async () => ({ keys: [], primary: 'one' }),
      async () => ({ keys: [{ key: two, useFromMs: Date.now() + 9e9 }], primary: 'two' }),
      async () => undefined,
      async () => contents(two),
    ]
    const errors: string[] = []
    const load = (): Promise<never> => (answers.shift() as () => Promise<never>)()
    const report = (error: unknown): never => {
      errors.push((error as { code?: string }).code ?? String(error))
      // A handler's mistake ends nothing.
      throw new Error('mine')
    }
    const reload = reloadKeyset(keys, { load }, { everyMs: 1_000, onError: report })
    await vi.advanceTimersByTimeAsync(4_500)
    expect(errors).toEqual(['Error: unreadable', 'ARGUMENT_INVALID', 'KEY_STATE', 'ARGUMENT_INVALID'])
    expect(keys.primary).toBe(one)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(keys.primary).toBe(two)
    reload.stop()
  })

  it('asks one at a time, and an answer after the end changes nothing', async () => {
    const keys = keyset(contents(one))
    let loads = 0
    let answer: (value: ReturnType<typeof contents>) => void = () => {}
    const load = () => {
      loads++
      return new Promise<ReturnType<typeof contents>>((resolve) => {
        answer = resolve
      })
    }
    const reload = reloadKeyset(keys, { load }, { everyMs: 1_000, onError: () => {} })
    const [a, b] = [reload.now(), reload.now()]
    await vi.advanceTimersByTimeAsync(5_000)
    expect(loads).toBe(1)
    answer(contents(two))
    expect([await a, await b, keys.primary]).toEqual([true, true, two])
    const late = reload.now()
    await vi.advanceTimersByTimeAsync(0)
    reload.stop()
    answer(contents(one))
    expect([await late, keys.primary]).toEqual([false, two])
    for (const everyMs of [0, 99, Number.NaN, 86_400_001])
      expect(await codeOf(() => reloadKeyset(keys, { load }, { everyMs, onError: () => {} }))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => reloadKeyset(keys, { load }, { everyMs: 1_000 } as never))).toBe('ARGUMENT_INVALID')
  })
})

it('no keyset, signer, change or error shows a secret', async () => {
  const keys = keyset({ keys: [one, { key: two, useFromMs: 5 }], primary: 'one' })
  const signer = keys.signer((key) => rfc9421({ key }))
  signRequestSync(request, signer)
  const failures = await Promise.all(
    [
      () => keys.retire('one'),
      () => keys.promote('none'),
      () => keys.add(one),
      () => keys.replace({ keys: [], primary: '' }),
    ].map(async (act) => {
      try {
        return act()
      } catch (error) {
        return error
      }
    }),
  )
  const needles = [...needlesOf(secretOf('one')), ...needlesOf(secretOf('two'))]
  for (const [printer, print] of Object.entries(PRINTERS))
    for (const [i, thing] of [keys, signer, signer.scheme, keys.primary, ...failures].entries()) {
      const printed = print(thing)
      expect([printer, i, needles.filter((needle) => printed.includes(needle))]).toEqual([printer, i, []])
    }
})
