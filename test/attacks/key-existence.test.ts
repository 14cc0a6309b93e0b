import { expect } from 'vitest'
import type { KeyRecord } from '../../src/access/key-record.js'
import type { SigningKey, VerifyingKey } from '../../src/crypto/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import { noReplayProtection } from '../../src/server/verifier.js'
import { attack, attacks } from './attack.js'
import type { Outcome } from './catalogue.js'
import { editSignature } from './forge.js'
import { HOSTS, start } from './hosts.js'
import { bot, bot2, ed, NOW, order, p256, pss, RECORDS, rsa, type SignHow, sign, world } from './world.js'

/** Keys that count what they verify. */
function counted(records: readonly KeyRecord[]): { readonly records: readonly KeyRecord[]; readonly calls: string[] } {
  const calls: string[] = []
  const watch = (key: VerifyingKey): VerifyingKey => ({
    keyId: key.keyId,
    algorithm: key.algorithm,
    verify: (base, signature) => {
      calls.push(key.algorithm)
      return key.verify(base, signature)
    },
  })
  return { records: records.map((record) => ({ ...record, key: watch(record.key) })), calls }
}

const as = (key: SigningKey, keyId: string): SigningKey => ({
  keyId,
  algorithm: key.algorithm,
  sign: (base) => key.sign(base),
})
const signedAs = (key: SigningKey, keyId: string, how: SignHow = {}): Promise<HttpRequest> =>
  sign(order(), { ...how, key: as(key, keyId) })

/** Ways to be refused between look-up and verdict; each by the id of a key that exists, and of one that does not. */
const PROBES: ReadonlyArray<readonly [string, (keyId: string) => Promise<HttpRequest>]> = [
  ['a wrong signature', async (id) => editSignature(await signedAs(ed, id), (bytes) => bytes.reverse())],
  ['a signature of another algorithm, named', (id) => signedAs(bot, id, { alg: true })],
  ['a signature of another algorithm', (id) => signedAs(bot, id)],
  ['a signature of another algorithm and the same length', (id) => signedAs(p256, id)],
  ['a longer signature', (id) => signedAs(rsa, id)],
  ['a truncated signature', async (id) => editSignature(await signedAs(ed, id), (bytes) => bytes.subarray(1))],
  ['one byte', async (id) => editSignature(await signedAs(ed, id), () => new Uint8Array(1))],
  ['an algorithm that no key here has', (id) => signedAs({ ...ed, algorithm: 'ecdsa-p384-sha384' }, id, { alg: true })],
]

attacks('key-existence', () => {
  for (const [what, probe] of PROBES) {
    attack(108, `${what} costs one verification, whether or not the key exists`, async (shows) => {
      const { records, calls } = counted(RECORDS)
      const w = world({ records, replay: noReplayProtection })
      // From the first request on: nothing was verified before.
      for (const keyId of ['nobody', 'ed-1', 'nobody-either']) {
        calls.length = 0
        const outcome = await w.judge(await probe(keyId))
        shows(outcome, keyId === 'ed-1' ? outcome : 'KEY_UNKNOWN')
        expect(outcome).toMatch(/^(?:KEY_UNKNOWN|ALG_MISMATCH|SIGNATURE_MALFORMED|SIGNATURE_INVALID)$/)
        expect([keyId, calls.length]).toEqual([keyId, 1])
      }
    })
  }

  attack(108, 'a named algorithm is verified by a key of it, known or not', async (shows) => {
    const { records, calls } = counted(RECORDS)
    const { judge } = world({ records, replay: noReplayProtection })
    for (const key of [bot, ed, p256, rsa, pss]) {
      for (const keyId of ['nobody', 'bot-2', 'ed-1']) await judge(await signedAs(key, keyId, { alg: true }))
      shows(await judge(await signedAs(key, 'nobody', { alg: true })), 'KEY_UNKNOWN')
      expect(new Set(calls.splice(0)), key.algorithm).toEqual(new Set([key.algorithm]))
    }
  })

  attack(108, 'an algorithm that the policy does not allow', async (shows) => {
    const { records, calls } = counted(RECORDS)
    const { judge } = world({ records, policy: { algorithms: ['ed25519'] } })
    shows(await judge(await sign(order(), { key: bot })), 'ALG_MISMATCH')
    shows(await judge(await signedAs(bot, 'nobody')), 'KEY_UNKNOWN')
    expect(calls).toEqual(['hmac-sha256', 'hmac-sha256'])
  })

  attack(108, 'a key source that answers another key or none', async (shows) => {
    const { records, calls } = counted(RECORDS)
    for (const get of [() => records[1], () => ({ key: { keyId: 'bot-1' } }) as never]) {
      calls.length = 0
      const { judge } = world({ keys: { get, samples: () => records.map(({ key }) => key) } })
      shows(await judge(await sign(order())), 'KEY_SOURCE_FAILED')
      expect(calls).toHaveLength(1)
    }
  })

  attack(108, 'a key that may not be used, with and without its secret', async (shows) => {
    const states: ReadonlyArray<readonly [Outcome, Partial<KeyRecord>]> = [
      ['KEY_DISABLED', { status: 'disabled' }],
      ['KEY_REVOKED', { status: 'revoked' }],
      ['KEY_EXPIRED', { expiresAtMs: NOW - 1 }],
      ['KEY_NOT_YET_VALID', { notBeforeMs: NOW + 1 }],
    ]
    for (const [code, state] of states) {
      const { records, calls } = counted([{ key: bot, ...state }])
      const { judge } = world({ records })
      shows(await judge(await sign(order())), code)
      shows(await judge(await signedAs(bot2, 'bot-1')), 'SIGNATURE_INVALID')
      shows(await judge(await signedAs(bot2, 'nobody')), 'KEY_UNKNOWN')
      expect(calls).toHaveLength(3)
    }
  })

  attack(108, 'an unknown id stands for one algorithm, which cannot be foreseen', async (shows) => {
    const records = [RECORDS[2], RECORDS[3]] as KeyRecord[]
    const seen = new Set<string>()
    for (let i = 0; i < 64; i++) {
      const { records: watched, calls } = counted(records)
      const { judge } = world({ records: watched, replay: noReplayProtection })
      for (let again = 0; again < 3; again++) shows(await judge(await signedAs(ed, 'nobody')), 'KEY_UNKNOWN')
      expect(new Set(calls).size).toBe(1)
      seen.add(calls[0] as string)
    }
    expect([...seen].sort()).toEqual(['ecdsa-p256-sha256', 'ed25519'])
  })

  attack(108, 'the times of a known and an unknown key', async (shows) => {
    const { judge } = world({ replay: noReplayProtection })
    // The case that told them apart: a signature of another algorithm than the key's.
    const probes = await Promise.all(['ed-1', 'nobody'].map((id) => signedAs(rsa, id, { alg: true })))
    shows(await judge(await sign(order(), { key: rsa })), 'ok')
    const times: [number[], number[]] = [[], []]
    for (let i = 0; i < 400; i++) {
      const which = (i & 1) as 0 | 1
      const started = process.hrtime.bigint()
      await judge(probes[which] as HttpRequest)
      times[which].push(Number(process.hrtime.bigint() - started))
    }
    const [known, unknown] = times.map((all) => all.sort((a, b) => a - b)[all.length >> 1] as number) as [
      number,
      number,
    ]
    // It was 129 against 718 µs.
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(1.5)
  })

  for (const host of HOSTS) {
    attack(108, `one answer for all of them, ${host}`, async (shows) => {
      const { records, calls } = counted(RECORDS)
      const server = await start(host, { records, replay: noReplayProtection })
      const bad = await server.send(editSignature(await sign(order()), (bytes) => bytes.reverse()))
      shows(bad.code, 'SIGNATURE_INVALID')
      for (const [what, probe] of PROBES) {
        for (const keyId of ['nobody', 'ed-1']) {
          calls.length = 0
          const answer = await server.send(await probe(keyId))
          expect([answer.status, answer.rest, calls.length], what).toEqual([bad.status, bad.rest, 1])
          shows(answer.code, keyId === 'ed-1' ? answer.code : 'KEY_UNKNOWN')
        }
      }
    })
  }
})
