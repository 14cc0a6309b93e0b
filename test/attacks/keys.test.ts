import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { ed25519 as curve } from '@noble/curves/ed25519.js'
import { expect } from 'vitest'
import type { KeyRecord } from '../../src/access/key-record.js'
import type { Algorithm } from '../../src/crypto/algorithm.js'
import { integer, sequence } from '../../src/crypto/format/der.js'
import {
  hmacKey,
  importVerifyingKey,
  type PublicKeyMaterial,
  Secret,
  validateForRegistration,
} from '../../src/crypto/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import { outcomeOf, verdictCode } from '../expect-code.js'
import { attack, attacks } from './attack.js'
import { editField, editSignature, fieldOf, forge } from './forge.js'
import { HOSTS, start } from './hosts.js'
import { keyringCases } from './keyring-cases.js'
import { bot, get, NOW, order, p256, params, pss, RECORDS, rsa, rsaObject, SECRET, sign, world } from './world.js'

const registers = (material: unknown, algorithm: Algorithm): Promise<unknown> =>
  outcomeOf(() => {
    validateForRegistration(material as PublicKeyMaterial, { algorithm })
    return 'ok'
  })

/** A MAC under other bytes, in the name of any key. */
const macOf = (secret: Uint8Array, keyid: string, more: string, request: HttpRequest = get()): HttpRequest =>
  forge({
    request,
    params: params({ keyid: `"${keyid}"`, more }),
    key: hmacKey({ keyId: 'x', algorithm: 'hmac-sha256', secret }),
  })

const edObject = createPublicKey({
  key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(curve.getPublicKey(SECRET)).toString('base64url') },
  format: 'jwk',
})

/** Everything a public key can be mistaken for. */
function spellings(key: KeyObject): Uint8Array[] {
  const pem = key.export({ type: 'spki', format: 'pem' }) as string
  const jwk = key.export({ format: 'jwk' })
  return [
    ...[
      pem,
      pem.trim(),
      ` ${pem}`,
      `\n${pem}`,
      pem.replaceAll('\n', '\\n'),
      pem.replaceAll('\n', '\r\n'),
      JSON.stringify(jwk),
    ].map((text) => Buffer.from(text)),
    key.export({ type: 'spki', format: 'der' }),
    Buffer.from(jwk.x ?? jwk.n ?? '', 'base64url'),
    Buffer.from(jwk.x ?? jwk.n ?? ''),
  ].map((bytes) => new Uint8Array(bytes))
}

attacks('keys', () => {
  const asymmetric = [
    ['ed-1', edObject],
    ['rsa-1', createPublicKey(rsaObject)],
    ['pss-1', createPublicKey(rsaObject)],
  ] as const

  attack(18, 'PEM, DER, JWK, raw, with white space, naming hmac-sha256', async (shows) => {
    const { judge } = world()
    for (const [keyId, object] of asymmetric) {
      for (const secret of spellings(object))
        shows(await judge(macOf(secret, keyId, ';alg="hmac-sha256"')), 'ALG_MISMATCH', keyId)
    }
  })

  attack(18, 'the same without naming an algorithm', async (shows) => {
    const { judge } = world()
    for (const [keyId, object] of asymmetric) {
      const expected = keyId === 'ed-1' ? 'SIGNATURE_MALFORMED' : 'SIGNATURE_INVALID'
      for (const secret of spellings(object)) shows(await judge(macOf(secret, keyId, '')), expected, keyId)
    }
  })

  attack(18, 'the same naming the algorithm of the key', async (shows) => {
    const { judge } = world()
    for (const secret of spellings(edObject)) {
      shows(await judge(macOf(secret, 'ed-1', ';alg="ed25519"')), 'SIGNATURE_MALFORMED')
      const doubled = editSignature(macOf(secret, 'ed-1', ';alg="ed25519"'), (mac) => Buffer.concat([mac, mac]))
      shows(await judge(doubled), 'SIGNATURE_INVALID', '64 bytes')
    }
  })

  for (const host of HOSTS) {
    attack(18, `over a socket, ${host}`, async (shows) => {
      const server = await start(host)
      const answer = await server.send(macOf(spellings(edObject)[0] as Uint8Array, 'ed-1', ';alg="hmac-sha256"'))
      shows(answer.code, 'ALG_MISMATCH')
      expect([answer.status, server.reached()]).toEqual([401, 0])
    })
  }

  attack(19, 'over a good MAC', async (shows) => {
    const { judge } = world()
    const unsupported = [
      '"none"',
      '"None"',
      '""',
      '"HMAC-SHA256"',
      '"Hmac-Sha256"',
      '"hmac-sha256 "',
      '" hmac-sha256"',
      '"HS256"',
      '"hmac"',
      '"hmac-sha1"',
      '"rsa-v1_5-sha1"',
      '"constructor"',
      '"__proto__"',
      '"toString"',
      'hmac-sha256',
      'none',
      '1',
      '1.5',
      '?1',
      '?0',
      ':aG1hYy1zaGEyNTY=:',
    ]
    for (const alg of unsupported) {
      const forged = forge({ request: get(), params: params({ more: `;alg=${alg}` }), key: bot })
      shows(await judge(forged), 'ALG_UNSUPPORTED', alg)
    }
    for (const alg of ['("hmac-sha256")', '("none" "hmac-sha256")', '"hmac-sha256', '{}', '']) {
      const forged = forge({ request: get(), params: params({ more: `;alg=${alg}` }), key: bot })
      shows(await judge(forged), 'AUTH_MALFORMED', alg)
    }
    shows(await judge(forge({ request: get(), params: params({ more: ';alg="hmac-sha256"' }), key: bot })), 'ok')
  })

  attack(20, 'PSS to PKCS#1 and back, and to SHA-1', async (shows) => {
    const { judge } = world()
    // One modulus, two records: what one signs must not count for the other.
    for (const [signer, victim] of [
      [rsa, pss],
      [pss, rsa],
    ] as const) {
      const key = { ...signer, keyId: victim.keyId, sign: signer.sign }
      shows(await judge(await sign(order(), { key })), 'SIGNATURE_INVALID')
      shows(await judge(await sign(order(), { key, alg: true })), 'ALG_MISMATCH')
    }
    const forged = await sign(order(), { key: pss, alg: true })
    shows(
      await judge(editField(forged, 'signature-input', (v) => v.replace('rsa-pss-sha512', 'rsa-pss-sha256'))),
      'ALG_MISMATCH',
    )
    shows(
      await judge(editField(forged, 'signature-input', (v) => v.replace('rsa-pss-sha512', 'rsa-v1_5-sha1'))),
      'ALG_UNSUPPORTED',
    )
    shows(await judge(await sign(order(), { key: pss })), 'ok')
  })

  attack(20, 'an algorithm that the policy has retired', async (shows) => {
    const { judge } = world({ policy: { algorithms: ['ed25519', 'rsa-pss-sha512'] } })
    for (const key of [rsa, bot, p256]) shows(await judge(await sign(order(), { key })), 'ALG_MISMATCH', key.keyId)
    shows(await judge(await sign(order(), { key: pss })), 'ok')
  })

  attack(21, 'signed by A, in the name of B', async (shows) => {
    const { judge } = world()
    shows(await judge(await sign(order(), { key: { ...bot, keyId: 'bot-2' } })), 'SIGNATURE_INVALID')
    // 64 bytes both, and a good signature of its own key.
    shows(
      await judge(await sign(order(), { key: { keyId: 'ed-1', algorithm: 'ed25519', sign: p256.sign } })),
      'SIGNATURE_INVALID',
    )
    shows(
      await judge(await sign(order(), { key: { keyId: 'rsa-1', algorithm: 'rsa-v1_5-sha256', sign: pss.sign } })),
      'SIGNATURE_INVALID',
    )
  })

  attack(21, 'ids that look alike', async (shows) => {
    const { judge } = world()
    const named = (keyid: string): HttpRequest =>
      forge({ request: get(), params: params({ keyid: `"${keyid}"` }), key: bot })
    for (const id of ['Bot-1', 'BOT-1', 'bot-01', 'bot-1/', 'bot-1.', 'x/../bot-1', 'bot-1#'])
      shows(await judge(named(id)), 'KEY_UNKNOWN', id)
    const malformed = [
      '',
      ' bot-1',
      'bot-1 ',
      'bot-1\t',
      'bot-1%00',
      '%62ot-1',
      '../bot-1',
      './bot-1',
      'bоt-1',
      'bot‐1',
      'ｂot-1',
      'bot-1\u200b',
      'bot-1\\',
      'b'.repeat(257),
      'b'.repeat(10_000),
    ]
    for (const id of malformed) shows(await judge(named(id)), 'AUTH_MALFORMED', JSON.stringify(id.slice(0, 20)))
    shows(await judge(named('b'.repeat(20_000))), 'AUTH_TOO_LARGE')
    for (const keyid of ['bot-1', '?1', '1', ':Ym90LTE=:'])
      shows(await judge(forge({ request: get(), params: params({ keyid }), key: bot })), 'AUTH_MALFORMED', keyid)
  })

  attack(22, 'claimed, over a good MAC', async (shows) => {
    const { judge } = world()
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '__defineGetter__']
    for (const id of names) {
      const request = forge({ request: get(), params: params({ keyid: `"${id}"` }), key: bot })
      shows(await judge(request), 'KEY_UNKNOWN', id)
    }
  })

  attack(23, 'refused before any lookup', async (shows) => {
    const asked: string[] = []
    const { judge } = world({ keys: { get: (keyId) => void asked.push(keyId) } })
    const ids = [
      "a' OR 1=1--",
      'a\r\nDEL x',
      'a\nb',
      '*',
      'bot-*',
      '{tag}',
      'bot{1}',
      '$where',
      'a;b',
      'a|b',
      'a,b',
      'a"b',
      'a\\"b',
      '$' + '{x}',
      '(a)',
      '[a]',
      'a\u0000',
      '?',
      'a?b',
      'a&b',
      '!a',
    ]
    for (const id of ids)
      shows(
        await judge(forge({ request: get(), params: params({ keyid: `"${id}"` }), key: bot })),
        'AUTH_MALFORMED',
        JSON.stringify(id),
      )
    expect(asked).toEqual([])
  })

  attack(24, 'as a parameter, with a signature that is good for it', async (shows) => {
    const { judge } = world()
    const attacker = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32) })
    for (const more of [
      ';jwk="{}"',
      ';x5u="https://evil.example/"',
      ';x5c="MII"',
      ';jku="https://evil.example/keys"',
      ';key="AAAA"',
      ';kid="bot-2"',
      ';p=:AAAA:',
      ';x',
    ])
      shows(await judge(forge({ request: get(), params: params({ more }), key: attacker })), 'AUTH_MALFORMED', more)
  })

  attack(27, 'registered', async (shows) => {
    const rsaOf = (n: bigint, e: bigint): string => {
      const magnitude = (value: bigint): Uint8Array => {
        const hex = value.toString(16)
        return new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'))
      }
      const der = Buffer.from(sequence(integer(magnitude(n)), integer(magnitude(e)))).toString('base64')
      return `-----BEGIN RSA PUBLIC KEY-----\n${der}\n-----END RSA PUBLIC KEY-----\n`
    }
    const odd = (bits: number): bigint => (1n << BigInt(bits - 1)) + 1n
    for (const algorithm of ['rsa-v1_5-sha256', 'rsa-v1_5-sha512', 'rsa-pss-sha256', 'rsa-pss-sha512'] as const) {
      for (const [n, e] of [
        [odd(2048), 1n],
        [odd(2048), 2n],
        [odd(2048), 3n],
        [odd(2048), 65_536n],
        [odd(2048), 2n ** 32n + 1n],
        [odd(2048) + 1n, 65_537n],
        [odd(512), 65_537n],
        [odd(1024), 65_537n],
        [odd(2047), 65_537n],
        [odd(8193), 65_537n],
        [odd(16_384), 65_537n],
      ] as const)
        shows(await registers(rsaOf(n, e), algorithm), 'KEY_WEAK', `${n.toString(2).length} bits, e=${e}`)
      shows(await registers(createPublicKey(rsaObject).export({ type: 'spki', format: 'pem' }), algorithm), 'ok')
    }
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    for (const format of ['pem', 'jwk'] as const)
      shows(
        await registers(
          format === 'jwk' ? small.export({ format }) : small.export({ type: 'spki', format }),
          'rsa-v1_5-sha256',
        ),
        'KEY_WEAK',
      )
    shows(
      await registers(rsaObject.export({ type: 'pkcs8', format: 'pem' }), 'rsa-v1_5-sha256'),
      'KEY_MALFORMED',
      'a private key',
    )
  })

  // The eight points of small order, and every other spelling of them that fits.
  const SMALL = [
    `01${'00'.repeat(31)}`,
    `01${'00'.repeat(30)}80`,
    `ec${'ff'.repeat(30)}7f`,
    `ec${'ff'.repeat(30)}ff`,
    '00'.repeat(32),
    `${'00'.repeat(31)}80`,
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    `ed${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}ff`,
    `ee${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}ff`,
  ]

  attack(28, 'registered, and already on import', async (shows) => {
    for (const hex of SMALL) {
      const point = new Uint8Array(Buffer.from(hex, 'hex'))
      shows(await registers(point, 'ed25519'), 'KEY_WEAK', hex)
      shows(await outcomeOf(() => importVerifyingKey(point, { keyId: 'k', algorithm: 'ed25519' })), 'KEY_WEAK', hex)
    }
    // An honest key with a small-order part: it verifies signatures that another backend would refuse.
    const torsion = curve.Point.fromHex(SMALL[8] as string)
    for (let i = 1, mixed = curve.Point.fromBytes(curve.getPublicKey(SECRET)); i < 8; i++) {
      mixed = mixed.add(torsion)
      shows(await registers(mixed.toBytes(), 'ed25519'), 'KEY_WEAK', `mixed order, ${i}`)
    }
    // The keys of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020) of mixed order.
    for (const hex of [
      'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
      'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    ])
      shows(await registers(new Uint8Array(Buffer.from(hex, 'hex')), 'ed25519'), 'KEY_WEAK', hex)
  })

  attack(29, 'registered, or made', async (shows) => {
    for (const length of [1, 6, 16, 31]) {
      shows(await registers(new Uint8Array(length), 'hmac-sha256'), 'KEY_WEAK', `${length} bytes`)
      shows(await registers(new Secret(new Uint8Array(length)), 'hmac-sha512'), 'KEY_WEAK', `${length} bytes`)
    }
    shows(await registers('secret', 'hmac-sha256'), 'KEY_MALFORMED')
    shows(await registers(Buffer.from('secret'), 'hmac-sha256'), 'KEY_WEAK')
    const make = (secret: unknown) =>
      outcomeOf(() => hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: secret as Uint8Array }))
    shows(await make(new Uint8Array(0)), 'KEY_WEAK')
    shows(await make(''), 'ARGUMENT_INVALID')
    shows(await make('secret'), 'ARGUMENT_INVALID')
  })

  attack(30, 'at the edges, one millisecond each', async (shows) => {
    const { key, owner } = RECORDS[0] as KeyRecord
    const judged = async (record: Partial<KeyRecord>, atMs: number) => {
      // A source of one's own: staticKeys refuses at set-up what is none.
      const { judge, at } = world({ keys: { get: () => ({ key, owner: owner as string, ...record }) } })
      at(atMs)
      return judge(await sign(order(), { nowMs: NOW }))
    }
    shows(await judged({ notBeforeMs: NOW + 1 }, NOW), 'KEY_NOT_YET_VALID')
    shows(await judged({ notBeforeMs: NOW }, NOW), 'ok')
    shows(await judged({ expiresAtMs: NOW }, NOW), 'KEY_EXPIRED')
    shows(await judged({ expiresAtMs: NOW - 1 }, NOW), 'KEY_EXPIRED')
    shows(await judged({ expiresAtMs: NOW + 1 }, NOW), 'ok')
    shows(await judged({ status: 'disabled' }, NOW), 'KEY_DISABLED')
    shows(await judged({ status: 'revoked' }, NOW), 'KEY_REVOKED')
    shows(await judged({ status: 'revoked', notBeforeMs: NOW + 1, expiresAtMs: NOW - 1 }, NOW), 'KEY_REVOKED')
    // An unknown state, or limits that are no numbers, are a fault of the key source and never let a request pass.
    shows(await judged({ status: 'rotating' as never }, NOW), 'KEY_SOURCE_FAILED')
    shows(await judged({ notBeforeMs: Number.NaN }, NOW), 'KEY_SOURCE_FAILED')
    shows(await judged({ expiresAtMs: Number.NaN }, NOW), 'KEY_SOURCE_FAILED')
  })

  attack(31, 'a bad signature reveals nothing about the key', async (shows) => {
    const states: ReadonlyArray<Partial<KeyRecord>> = [
      { status: 'revoked' },
      { status: 'disabled' },
      { expiresAtMs: NOW - 1 },
      { notBeforeMs: NOW + 1 },
      { allowIp: ['192.0.2.1'] },
      {},
    ]
    const answers = new Set<string>()
    for (const state of states) {
      const server = await start('node', { records: [{ key: bot, ...state }] })
      const answer = await server.send(
        editSignature(await sign(order()), (bytes) => bytes.reverse()),
        [],
      )
      shows(answer.code, 'SIGNATURE_INVALID')
      answers.add(`${answer.status}\n${answer.rest}`)
    }
    expect(answers.size).toBe(1)
  })

  attack(31, 'a claimed key id in the trail is only a claim', async (shows) => {
    const { verifier } = world({ records: [{ key: bot, owner: 'alice', status: 'revoked' }] })
    const verdict = await verifier.verify(editSignature(await sign(order()), (bytes) => bytes.reverse()))
    shows(verdictCode(verdict), 'SIGNATURE_INVALID')
    expect(verdict).not.toHaveProperty('owner')
    expect(verdict).not.toHaveProperty('keyId')
    expect(fieldOf(verdict.request, 'signature-input')).toContain('bot-1')
  })

  keyringCases()
})
