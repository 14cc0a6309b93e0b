import util from 'node:util'
import { expect } from 'vitest'
import { ipRanges } from '../../src/access/cidr.js'
import type { KeyRecord } from '../../src/access/key-record.js'
import { createSignedFetch, dateHeaderTime, jsonTime, serverClock } from '../../src/client/index.js'
import {
  ecdsaPrivateKey,
  ed25519PrivateKey,
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  jwkThumbprint,
  Secret,
  validateForRegistration,
} from '../../src/crypto/index.js'
import { CountersignError, isCountersignError, VERDICT_STATUS } from '../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { component, rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../src/server/key-source.js'
import { clientIp } from '../../src/server/middleware/client-ip.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createResponseSigner } from '../../src/server/respond.js'
import { noReplayProtection, type VerifierOptions } from '../../src/server/verifier.js'
import { caught, codeOf, verdictCode } from '../expect-code.js'
import { attack, attacks } from './attack.js'
import type { Outcome } from './catalogue.js'
import { editSignature, fieldOf, forge, forgedBase, withFields } from './forge.js'
import { HOSTS, start } from './hosts.js'
import { limitsCases } from './limits-cases.js'
import { needlesOf, PRINTERS } from './printers.js'
import { bot, bot2, ed, get, HOST, order, params, RECORDS, SECRET, sign, world } from './world.js'

const locked = (rules: Partial<KeyRecord>): readonly KeyRecord[] => [
  { key: bot, owner: 'alice', scopes: ['orders:write'], ...rules },
]
const judged = async (rules: Partial<KeyRecord>, address: string | undefined, scope?: string) =>
  world({ records: locked(rules) }).judge(await sign(order()), {
    clientIp: address,
    ...(scope === undefined ? {} : { scope }),
  })

attacks('network-and-leaks', () => {
  limitsCases()

  const LOCKED = { allowIp: ['203.0.113.9'] }

  for (const host of HOSTS) {
    attack(86, `without a proxy, ${host}`, async (shows) => {
      const server = await start(host, { records: locked(LOCKED) })
      for (const name of [
        'X-Forwarded-For',
        'X-Real-IP',
        'Forwarded',
        'CF-Connecting-IP',
        'True-Client-IP',
        'X-Client-IP',
        'X_Forwarded_For',
      ])
        shows(
          (
            await server.send(
              withFields(await sign(order()), name, name === 'Forwarded' ? 'for=203.0.113.9' : '203.0.113.9'),
            )
          ).code,
          'IP_DENIED',
          name,
        )
      expect(server.reached()).toBe(0)
    })

    attack(86, `behind a trusted proxy, ${host}`, async (shows) => {
      const server = await start(host, {
        records: locked(LOCKED),
        with: { trustedProxies: ['127.0.0.1', '10.0.0.0/8'] },
      })
      const from = async (...lines: readonly string[]) =>
        (await server.send(withFields(await sign(order()), ...lines.flatMap((line) => ['X-Forwarded-For', line])))).code
      shows(await from('203.0.113.9, 198.51.100.1'), 'IP_DENIED', 'spoofed on the left')
      shows(await from('203.0.113.9', '198.51.100.1'), 'IP_DENIED', 'spoofed in an earlier line')
      shows(await from('198.51.100.1, 203.0.113.9, 10.0.0.7'), 'ok', 'the rightmost that is not ours')
      for (const garbage of [
        '203.0.113.9, ',
        ',',
        'unknown',
        '203.0.113.9, _hidden',
        '203.0.113.9:443',
        '[::1]',
        '203.0.113.9 10.0.0.1',
        '"203.0.113.9"',
        '203.0.113.9, 10.0.0.1, x',
      ])
        shows(await from(garbage), 'IP_UNDETERMINED', garbage)
      expect(server.reached()).toBe(1)
    })
  }

  attack(86, '10 000 entries cost nothing and prove nothing', async (shows) => {
    const trustedProxies = ipRanges(['10.0.0.0/8'])
    const chain = Array.from({ length: 10_000 }, () => '10.0.0.1').join(', ')
    const found = clientIp({ peer: '10.0.0.2', forwardedFor: [`203.0.113.9, ${chain}`], trustedProxies })
    expect(found).toBeUndefined()
    shows(await judged(LOCKED, found), 'IP_UNDETERMINED')
    const started = performance.now()
    for (let i = 0; i < 100; i++)
      clientIp({ peer: '10.0.0.2', forwardedFor: Array.from({ length: 100 }, () => chain), trustedProxies })
    expect(performance.now() - started).toBeLessThan(500)
    shows(await judged(LOCKED, undefined), 'IP_UNDETERMINED')
    shows(await judged({}, undefined), 'ok', 'a key without rules does not need to know')
  })

  attack(87, 'a deny rule cannot be skipped', async (shows) => {
    const DENIED = { denyIp: ['192.0.2.1', '2001:db8::1'] }
    for (const text of [
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '::FFFF:192.0.2.1',
      '::ffff:c000:201',
      '::ffff:C000:0201',
      '0:0:0:0:0:ffff:c000:201',
      '0000:0000:0000:0000:0000:ffff:192.0.2.1',
      '2001:db8::1',
      '2001:DB8:0:0::1',
      '2001:0db8::0001',
      '2001:db8:0:0:0:0:0:1',
      '2001:db8::0:0.0.0.1',
    ])
      shows(await judged(DENIED, text), 'IP_DENIED', text)
    const odd = [
      '0300.0.2.1',
      '192.0.2.01',
      '0xc0.0.2.1',
      '3221225985',
      '0xc0000201',
      '192.0.513',
      '192.0.2',
      '192.0.2.1.',
      '192.0.2.1/32',
      '192.0.2.256',
      '1e1.0.2.1',
      ' 192.0.2.1',
      '192.0.2.1 ',
      '192.0.2.1:80',
      '[2001:db8::1]',
      '2001:db8::1%eth0',
      'fe80::1%1',
      '::ffff:192.0.2.1%x',
      '::1::',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '2001:db8::g',
      '１９２.0.2.1',
      '192。0。2。1',
      '',
      'localhost',
      '::ffff:192.0.2.01',
      '::ffff:0xc0.0.2.1',
      '12345::',
    ]
    for (const text of odd) shows(await judged(DENIED, text), 'IP_UNDETERMINED', JSON.stringify(text))
    // These are IPv6 addresses of their own, which an IPv4 rule does not mean, and an IPv4 allow rule does not let in.
    for (const text of ['::192.0.2.1', '64:ff9b::192.0.2.1', '2002:c000:201::']) {
      shows(await judged(DENIED, text), 'ok', text)
      shows(await judged({ allowIp: ['192.0.2.0/24'] }, text), 'IP_DENIED', text)
    }
    shows(await judged({ allowIp: ['192.0.2.0/24'] }, '::ffff:192.0.2.77'), 'ok')
  })

  attack(88, 'rules that overlap, and rules that cannot be meant', async (shows) => {
    shows(await judged({ allowIp: ['192.0.2.0/24'], denyIp: ['192.0.2.7'] }, '192.0.2.7'), 'IP_DENIED')
    shows(await judged({ allowIp: ['192.0.2.7'], denyIp: ['192.0.2.0/24'] }, '192.0.2.7'), 'IP_DENIED')
    shows(await judged({ allowIp: ['192.0.2.0/24'], denyIp: ['192.0.2.7'] }, '192.0.2.8'), 'ok')
    shows(await judged({ allowIp: [], denyIp: [] }, '192.0.2.7'), 'ok')
    shows(
      await judged({ allowIp: ['192.0.2.7'], denyIp: ['0.0.0.0/0'], allowZeroPrefix: true }, '192.0.2.7'),
      'IP_DENIED',
    )
    for (const range of [
      '0.0.0.0/0',
      '::/0',
      '10.0.0.1/8',
      '2001:db8::1/32',
      '10/8',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/08',
      '10.0.0.0/',
      '10.0.0.0/ 8',
      '010.0.0.0/8',
      '::ffff:0:0/95',
      '',
      'any',
      '10.0.0.0/8,11.0.0.0/8',
    ])
      for (const rules of [{ allowIp: [range] }, { denyIp: [range] }])
        shows(await codeOf(() => staticKeys(locked(rules))), 'CONFIG_INVALID', range)
    // A record that a key source makes up at run time and that cannot be read fails closed.
    const { judge } = world({ keys: { get: () => ({ key: bot, denyIp: ['10.0.0.1/8'] }) } })
    expect(await judge(await sign(order()), { clientIp: '192.0.2.7' })).toBe('KEY_SOURCE_FAILED')
  })

  attack(89, 'grants that are near, wide or malformed', async (shows) => {
    const NEEDED = 'orders:write'
    for (const scopes of [
      ['orders:read'],
      [],
      ['order:write'],
      ['orders:writ'],
      ['orders-write:write'],
      ['__proto__:write'],
      ['admin:*'],
    ])
      shows(await judged({ scopes }, undefined, NEEDED), 'SCOPE_DENIED', JSON.stringify(scopes))
    // What is no grant in the one grammar is refused where it is written; from a key source it grants nothing.
    for (const scope of [
      ...['orders:write:x', 'orders:*:x', 'orders', 'orders:', ':write', '*', '**', '*:*:*', 'or*:write', 'orders:w*'],
      ...[
        'ORDERS:WRITE',
        'orders:write ',
        ' orders:write',
        'orders:write,orders:read',
        'orders:write\n',
        'orders/write',
      ],
    ]) {
      const scopes = ['orders:read', scope]
      shows(await codeOf(() => judged({ scopes }, undefined, NEEDED)), 'CONFIG_INVALID', scope)
      const source = world({ keys: { get: () => ({ key: bot, scopes }) } })
      shows(await source.judge(await sign(order()), { scope: NEEDED }), 'SCOPE_DENIED', scope)
    }
    shows(
      await world({ records: [{ key: bot }] }).judge(await sign(order()), { scope: NEEDED }),
      'SCOPE_DENIED',
      'no scopes at all',
    )
    for (const scopes of [['orders:write'], ['orders:*'], ['*:write'], ['*:*']])
      shows(await judged({ scopes }, undefined, NEEDED), 'ok', scopes[0])
    // A need that no grant can meet is an error of the set-up; where it is made up at run time, it is the host's fault.
    for (const scope of ['orders', 'orders:*', '*:*', 'Orders:write', '', 'orders:write:x']) {
      shows(await codeOf(() => start('node', { with: { scope } })), 'CONFIG_INVALID', scope)
      shows(await judged({ scopes: ['*:*', 'orders:write'] }, undefined, scope), 'HOST_FAULT', scope)
    }
  })

  for (const host of HOSTS) {
    attack(89, `over a socket, ${host}`, async (shows) => {
      const server = await start(host, { with: { scope: 'orders:write' } })
      // What a request says of itself is no grant.
      const request = withFields(await sign(order(), { key: bot2 }), 'X-Scope', 'orders:write', 'Scope', '*:*')
      const answer = await server.send(request)
      shows(answer.code, 'SCOPE_DENIED')
      expect([answer.status, server.reached()]).toEqual([403, 0])
    })
  }

  attack(91, 'names of every object, in every place a name can stand', async () => {
    const shapes = (): string[] =>
      [Object.prototype, Array.prototype, Function.prototype, String.prototype].map((proto) =>
        Reflect.ownKeys(proto).map(String).join(),
      )
    const before = shapes()
    const { verifier } = world({ policy: { select: { label: 'constructor' } } })
    for (const name of [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'constructor.prototype',
      '__proto__.polluted',
    ]) {
      const texts = [
        `${name}=();created=1`,
        `constructor=("${name}");created=1`,
        `constructor=("@query-param";name="${name}")`,
        `constructor=("x";key="${name}");${name}=1`,
        `constructor=();keyid="${name}";tag="${name}"`,
      ]
      for (const text of texts) {
        const request = withFields(
          get(`/?${name}=polluted&${name}[polluted]=1`, name, 'polluted'),
          'Signature-Input',
          text,
          'Signature',
          'constructor=:AAAA:',
          'Content-Digest',
          `${name}=:AAAA:`,
        )
        expect((await verifier.verify(request)).ok).toBe(false)
      }
      const { judge } = world()
      const body = new TextEncoder().encode(`{"${name}":{"polluted":true}}`)
      expect(await judge(await sign(order({ body, fields: [name, 'polluted'] })))).toBe('ok')
      // A JSON policy or record, as a configuration file would give it.
      const record = JSON.parse(`{"__proto__":{"status":"active"},"${name}":{"polluted":1}}`) as object
      expect(await codeOf(() => world({ records: [{ ...record, key: bot, status: 'revoked' }] }))).toBe(
        'CONFIG_INVALID',
      )
    }
    expect(shapes()).toEqual(before)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  for (const host of HOSTS) {
    attack(92, `accepted and refused answers, ${host}`, async (shows) => {
      const server = await start(host)
      const good = await server.send(await sign(get()))
      shows(good.code, 'ok')
      expect(good.headers['cache-control']).toBe('private, no-store')
      const vary = good.headers['vary']
        ?.toLowerCase()
        .split(',')
        .map((name) => name.trim())
      expect(vary).toEqual(expect.arrayContaining(['authorization', 'signature', 'signature-input']))
      const bad = await server.send(get())
      expect([bad.status, bad.headers['cache-control']]).toEqual([401, 'no-store'])
    })

    attack(93, `claimed in headers, ${host}`, async (shows) => {
      const server = await start(host)
      const names = [
        'X-Key-Id',
        'X-Owner',
        'X-User-Id',
        'X-Consumer-Username',
        'X-Authenticated-Userid',
        'X-Forwarded-User',
        'Remote-User',
        'Verdict',
        'rawBody',
      ]
      const claims = names.flatMap((name) => [name, 'admin'])
      const answer = await server.send(withFields(await sign(order()), ...claims))
      shows(answer.code, 'ok')
      // Nothing is passed on in headers, so there is nothing to overwrite: identity is in the verdict and nowhere else.
      expect(JSON.parse(answer.body)).toMatchObject({ keyId: 'bot-1', owner: 'alice' })
      expect((await server.send(withFields(order(), ...claims))).code).toBe('AUTH_MISSING')
    })
  }

  /** Records whose keys count how often they are asked. */
  function counting(): { readonly records: readonly KeyRecord[]; readonly verified: () => number } {
    let count = 0
    const records = RECORDS.map(
      ({ key, ...rest }): KeyRecord => ({
        ...rest,
        key: {
          keyId: key.keyId,
          algorithm: key.algorithm,
          verify: (base, signature) => {
            count++
            return key.verify(base, signature)
          },
        },
      }),
    )
    return { records, verified: () => count }
  }

  attack(94, 'at most one verification a request, whatever it carries', async (shows) => {
    const { records, verified } = counting()
    const { judge } = world({ records })
    let signed = order()
    for (let i = 0; i < 16; i++) signed = await sign(signed, { label: `sig${i}`, key: i % 2 === 0 ? bot : ed })
    shows(await judge(signed), 'AUTH_DUPLICATE')
    expect(verified()).toBe(0)
    const picked = world({ records, policy: { select: { label: 'sig7' } } })
    shows(await picked.judge(signed), 'ok')
    expect(verified()).toBe(1)
    await judge(await sign(order(), { key: { ...bot, keyId: 'nobody' } }))
    expect(verified()).toBeLessThanOrEqual(2)
  })

  attack(94, 'refused for its head before any key is asked for', async () => {
    const { records, verified } = counting()
    let asked = 0
    const keys = staticKeys(records)
    const { judge } = world({
      keys: {
        get: (keyId) => {
          asked++
          return keys.get(keyId)
        },
      },
    })
    const signed = await sign(order())
    const early = [
      order(),
      { ...signed, authority: 'evil.example' },
      { ...signed, method: 'post' },
      { ...signed, target: '//x' },
      withFields(signed, 'Host', 'a', 'Host', 'b'),
      await sign(order(), { nonce: false }),
      await sign(order(), { nowMs: 0 }),
      withFields(signed, 'Content-Length', '99999999999'),
    ]
    for (const request of early) expect(await judge(request)).not.toBe('ok')
    expect([asked, verified()]).toEqual([0, 0])
  })

  attack(94, 'unknown ids leave nothing behind', async (shows) => {
    const replay = memoryReplayStore({ restartBarrier: false })
    const { judge } = world({ replay })
    for (let i = 0; i < 1_000; i++)
      shows(await judge(await sign(get(), { key: { ...bot, keyId: `nobody-${i}` } })), 'KEY_UNKNOWN')
    expect(replay.size).toBe(0)
  })

  attack(94, 'keys that are slow to verify may not register', async (shows) => {
    const n = `8${'0'.repeat(16_384 / 4 - 2)}1`
    const jwk = { kty: 'RSA', n: Buffer.from(n, 'hex').toString('base64url'), e: 'AQAB' }
    shows(await codeOf(() => validateForRegistration(jwk, { algorithm: 'rsa-pss-sha512' })), 'KEY_WEAK')
  })

  attack(95, 'a canary in every public object and on every error path', async () => {
    const canary = new Uint8Array(32).map((_, i) => 37 * i + 11)
    const needles = needlesOf(canary)
    const hmac = hmacKey({ keyId: 'canary', algorithm: 'hmac-sha256', secret: canary })
    const edKey = ed25519PrivateKey({ keyId: 'canary-ed', seed: canary })
    const ecKey = ecdsaPrivateKey({ keyId: 'canary-ec', algorithm: 'ecdsa-p256-sha256', scalar: canary })
    const signer = rfc9421({ key: hmac })
    const records = [{ key: hmac, owner: 'x' }, { key: edKey.verifyingKey }, { key: ecKey.verifyingKey }]
    const { verifier, audit } = world({ records })
    const signed = await sign(order(), { key: hmac })
    const prepared = signer.scheme.prepare(order(), { keyId: 'canary', algorithm: 'hmac-sha256', nowMs: 0, nonce: 'n' })
    const verdicts = [
      await verifier.verify(signed),
      await verifier.verify(signed),
      await verifier.verify({ ...signed, target: '/x' }),
      await verifier.verify(editSignature(signed, (bytes) => bytes.subarray(1))),
      await verifier.verify(order()),
      await verifier.verify(await sign(order(), { key: edKey })),
    ]
    const failing: ReadonlyArray<() => unknown> = [
      () => hmacKey({ keyId: '', algorithm: 'hmac-sha256', secret: canary }),
      () => hmacKey({ keyId: 'k', algorithm: 'none' as never, secret: canary }),
      () => hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: Buffer.from(canary).toString('hex') as never }),
      () => ed25519PrivateKey({ keyId: 'k', seed: canary.slice(1) }),
      () => ecdsaPrivateKey({ keyId: 'k', algorithm: 'ecdsa-p384-sha384', scalar: canary }),
      () => importSigningKey(canary, { keyId: 'k', algorithm: 'rsa-pss-sha512', format: 'der' }),
      () => importVerifyingKey(canary, { keyId: 'k', algorithm: 'ecdsa-p256-sha256', format: 'raw' }),
      () => validateForRegistration(Buffer.from(canary).toString('base64'), { algorithm: 'hmac-sha256' }),
      () => validateForRegistration(hmac, { algorithm: 'ed25519' }),
      () => jwkThumbprint(hmac),
      () => sign(order({ target: '\n' }), { key: hmac }),
      () => createResponseSigner({ key: hmac } as never),
      () => createSignedFetch(signer, { origins: [] }),
    ]
    const errors: unknown[] = []
    for (const call of failing) {
      try {
        await call()
        throw new Error('expected a refusal')
      } catch (error) {
        expect(isCountersignError(error)).toBe(true)
        errors.push(error)
      }
    }
    const objects: unknown[] = [
      new Secret(canary),
      Secret.fromText('x'),
      hmac,
      edKey,
      edKey.verifyingKey,
      ecKey,
      ecKey.verifyingKey,
      signer,
      signer.scheme,
      signed,
      prepared,
      prepared.trace(),
      verifier,
      verifier.policy,
      verifier.challenges,
      audit,
      staticKeys(records),
      records,
      createResponseSigner(signer),
      createSignedFetch(signer, { origins: [`https://${HOST}`] }),
      rfc9421Verifier(),
      component('x-a', { bs: true }),
      memoryReplayStore({ restartBarrier: false }),
      ...verdicts,
      ...errors,
    ]
    for (const [printer, print] of Object.entries(PRINTERS)) {
      for (const [i, object] of objects.entries()) {
        let text = ''
        try {
          text = print(object)
        } catch (error) {
          // Something that cannot be printed that way shows nothing, unless its error does.
          text = util.inspect(error)
        }
        for (const needle of needles) expect(text.includes(needle), `${printer} of object ${i}`).toBe(false)
      }
    }
    // The printers do find what is not hidden.
    for (const printer of ['util.inspect', 'console', 'error with cause'])
      expect(needles.some((needle) => PRINTERS[printer]?.({ a: Buffer.from(canary) }).includes(needle))).toBe(true)
    expect(verdicts.filter(({ ok }) => ok)).toHaveLength(2)
  })

  attack(96, 'keys, URLs and headers that do not parse', async (shows) => {
    const canary = 'c4n4ryc4n4ryc4n4ry'
    const der = Buffer.from(canary).toString('base64')
    const attempts: ReadonlyArray<
      readonly ['KEY_MALFORMED' | 'MESSAGE_MALFORMED' | 'ARGUMENT_INVALID', () => unknown]
    > = [
      [
        'KEY_MALFORMED',
        () =>
          importSigningKey(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----`, {
            keyId: 'k',
            algorithm: 'ed25519',
          }),
      ],
      ['KEY_MALFORMED', () => importSigningKey(canary, { keyId: 'k', algorithm: 'ed25519' })],
      [
        'KEY_MALFORMED',
        () =>
          importSigningKey({ kty: 'OKP', crv: 'Ed25519', d: canary, x: canary }, { keyId: 'k', algorithm: 'ed25519' }),
      ],
      [
        'KEY_MALFORMED',
        () => importVerifyingKey({ kty: canary } as never, { keyId: 'k', algorithm: 'rsa-pss-sha512' }),
      ],
      ['KEY_MALFORMED', () => importVerifyingKey(`{"kty":"${canary}"`, { keyId: 'k', algorithm: 'rsa-pss-sha512' })],
      [
        'ARGUMENT_INVALID',
        () => hmacKey({ keyId: `${canary}\n`, algorithm: 'hmac-sha256', secret: new Uint8Array(32) }),
      ],
      ['MESSAGE_MALFORMED', () => httpRequest({ url: `not a url ${canary}` })],
      ['MESSAGE_MALFORMED', () => httpRequest({ url: `https://user:${canary}@api.example.com/` })],
      ['MESSAGE_MALFORMED', () => httpRequest({ url: `ftp://api.example.com/${canary}` })],
      [
        'MESSAGE_MALFORMED',
        () => httpRequest({ url: 'https://api.example.com/', headers: { 'x-secret': `${canary}\r\n` } }),
      ],
      ['MESSAGE_MALFORMED', () => httpRequest({ url: 'https://api.example.com/', method: `${canary} ` })],
    ]
    for (const [code, call] of attempts) {
      const thrown = await caught(() => call())
      shows(isCountersignError(thrown) ? thrown.code : thrown, code)
      const text = `${util.inspect(thrown, { depth: null, showHidden: true })} ${JSON.stringify(thrown)} ${(thrown as Error).stack} ${util.inspect((thrown as Error).cause, { depth: null, showHidden: true })}`
      expect(text).not.toContain(canary)
      expect(text).not.toContain(der)
    }
  })

  for (const host of HOSTS) {
    attack(97, `over a socket, ${host}`, async (shows) => {
      const server = await start(host)
      const signed = await sign(order())
      const expected = /:(.*):/.exec(fieldOf(signed, 'signature'))?.[1] as string
      const answer = await server.send(editSignature(signed, (bytes) => bytes.reverse()))
      shows(answer.code, 'SIGNATURE_INVALID')
      for (const told of [answer.rest, JSON.stringify(server.audit)]) {
        for (const hint of [
          expected,
          Buffer.from(expected, 'base64').toString('hex'),
          '@signature-params": (',
          '"@method": POST',
          ORDER_TEXT,
        ])
          expect(told).not.toContain(hint)
      }
      expect(Object.keys(JSON.parse(answer.body) as object).sort()).toEqual(['status', 'title', 'type'])
    })
  }

  attack(97, 'in the verdict and its detail', async (shows) => {
    const { verifier } = world()
    const request = get()
    const text = params()
    const forged = forge({ request, params: text, key: bot2 })
    const verdict = await verifier.verify(forged)
    shows(verdictCode(verdict), 'SIGNATURE_INVALID')
    const { request: _, ...told } = verdict
    const mac = Buffer.from(bot.sign(forgedBase({ request, params: text })))
    for (const hint of [mac.toString('base64'), mac.toString('hex'), '"@method": GET'])
      expect(util.inspect(told, { depth: null, showHidden: true })).not.toContain(hint)
    expect(Buffer.from(SECRET).toString('hex').length).toBe(64)
  })

  attack(98, 'forged answers move the clock by a bounded amount, or not at all', async (shows) => {
    const local = 1_790_000_000_000
    const time = (forged: number, maxCorrectionMs = 60_000) =>
      serverClock({ source: async () => forged, maxCorrectionMs, samples: 1, local: () => local, monotonic: () => 0 })
    for (const forged of [
      local + 60_001,
      local - 60_001,
      0,
      -1,
      253_402_300_799_000,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      local + 0.5,
      Number.MAX_SAFE_INTEGER,
    ]) {
      const clock = time(forged)
      shows(await codeOf(() => clock.sync()), 'CLOCK_UNTRUSTED', String(forged))
      expect(clock.now()).toBe(local)
    }
    const near = time(local + 60_000)
    await near.sync()
    expect(near.now()).toBe(local + 60_000)
    // Asked again and again, a forger gets no further: the bound counts from the local clock.
    let step = 0
    const creeping = serverClock({
      source: async () => local + 50_000 * ++step,
      maxCorrectionMs: 60_000,
      cooldownMs: 0,
      samples: 1,
      local: () => local,
      monotonic: () => 0,
    })
    for (let i = 0; i < 5; i++) await creeping.sync().catch(() => {})
    expect(creeping.now() - local).toBeLessThanOrEqual(60_000)
  })

  attack(98, 'only over TLS, only from the server itself, only a date that is one', async (shows) => {
    for (const url of ['http://api.example.com/', 'ftp://api.example.com/', 'x'])
      for (const make of [() => dateHeaderTime(url), () => jsonTime(url, () => 0)])
        shows(await codeOf(make), 'CONFIG_INVALID', url)
    const answering = (init: ResponseInit & { readonly url?: string }) =>
      dateHeaderTime('https://api.example.com/', { fetch: async () => new Response(null, init) })(
        AbortSignal.timeout(1_000),
      )
    for (const headers of [
      {},
      { date: 'NaN' },
      { date: '1790000000' },
      { date: 'Tue, 32 Sep 2026 00:00:00 GMT' },
      { date: '2026-09-22T00:00:00Z' },
      { date: 'Tue, 22 Sep 2026 00:00:00 +0500' },
      { date: 'Tue, 22 Sep 2026 00:00:00 GMT', age: '86400' },
    ])
      shows(await codeOf(() => answering({ headers })), 'CLOCK_UNTRUSTED', JSON.stringify(headers))
    shows(
      await codeOf(() =>
        answering({
          status: 302,
          headers: { location: 'https://evil.example/', date: 'Tue, 22 Sep 2026 00:00:00 GMT' },
        }),
      ),
      'CLOCK_UNTRUSTED',
    )
    expect(await answering({ headers: { date: 'Tue, 22 Sep 2026 00:00:00 GMT' } })).toBe(Date.UTC(2026, 8, 22))
  })

  const fail = (): never => {
    throw new Error('secret-connection-string')
  }
  const wrong = (value: unknown) => ({ get: () => value as never })
  const FAULTS: Readonly<Record<string, Partial<VerifierOptions>>> = {
    'the key source throws': { keys: { get: fail } },
    'the key source throws an error of this library': {
      keys: {
        get: () => {
          throw new CountersignError('KEY_MALFORMED', 'the stored key does not parse')
        },
      },
    },
    'the key throws an error of this library': {
      keys: wrong({
        key: { ...bot, verify: () => Promise.reject(new CountersignError('KEY_UNSUPPORTED', 'not here')) },
      }),
    },
    'the replay store throws an error of this library': {
      replay: {
        claim: () => {
          throw new CountersignError('ARGUMENT_INVALID', 'no such table')
        },
      },
    },
    'the key source throws a code that is none': {
      keys: {
        get: () => {
          throw new CountersignError('toString' as never, '')
        },
      },
    },
    'the key source rejects': { keys: { get: () => Promise.reject(new Error('secret-connection-string')) } },
    'the key source hangs': { keys: { get: () => new Promise(() => {}) }, storeTimeoutMs: 20 },
    'the key source answers {}': { keys: wrong({}) },
    'the key source answers a text': { keys: wrong('bot-1') },
    'the key source answers true': { keys: wrong(true) },
    'the key source answers a list': { keys: wrong([{ key: bot }]) },
    'the key source answers a key without verify': {
      keys: wrong({ key: { keyId: 'bot-1', algorithm: 'hmac-sha256' } }),
    },
    'the key source answers another key': { keys: wrong({ key: bot2 }) },
    'the key source answers an unknown algorithm': { keys: wrong({ key: { ...bot, algorithm: 'none' } }) },
    'the key throws': { keys: wrong({ key: { ...bot, verify: fail } }) },
    'the key rejects': {
      keys: wrong({ key: { ...bot, verify: () => Promise.reject(new Error('secret-connection-string')) } }),
    },
    'the key hangs': { keys: wrong({ key: { ...bot, verify: () => new Promise(() => {}) } }), storeTimeoutMs: 20 },
    'the replay store throws': { replay: { claim: fail } },
    'the replay store hangs': { replay: { claim: () => new Promise<never>(() => {}) }, storeTimeoutMs: 20 },
    'the replay store answers nonsense': { replay: { claim: () => 1 as never } },
    'the replay store answers a name of every object': { replay: { claim: () => 'constructor' as never } },
    'the clock throws': { clock: { now: fail } },
    'the scheme throws': { schemes: [{ id: 'x', parse: fail }] },
    'the scheme answers nothing': { schemes: [{ id: 'x', parse: () => undefined as never }] },
  }

  /** Whose fault it is: a store that is down differs from one that answers nonsense, and both from this side's code. */
  const faultOf = (how: string): Outcome =>
    /^the (?:clock|scheme)/.test(how)
      ? 'HOST_FAULT'
      : /hangs$|^the replay/.test(how)
        ? 'STORE_UNAVAILABLE'
        : 'KEY_SOURCE_FAILED'

  attack(100, 'every part that can fail, failing', async (shows) => {
    const rejected: unknown[] = []
    const onRejection = (reason: unknown): void => void rejected.push(reason)
    process.on('unhandledRejection', onRejection)
    try {
      for (const [how, fault] of Object.entries(FAULTS)) {
        const { verifier } = world(fault)
        const verdict = await verifier.verify(await sign(order()))
        const code = faultOf(how)
        shows(verdictCode(verdict), code, how)
        expect(verdict.ok ? 200 : verdict.status, how).toBe(code === 'HOST_FAULT' ? 500 : 503)
        expect(verdict.ok ? '' : verdict.detail, how).not.toContain('secret-connection-string')
      }
      // Rejections that are no longer awaited show up in a later turn of the loop.
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      process.off('unhandledRejection', onRejection)
    }
    expect(rejected).toEqual([])
  })

  attack(100, 'only true is a yes', async () => {
    for (const yes of [
      1,
      'true',
      {},
      [],
      'ok',
      Number.NaN,
      null,
      undefined,
      Promise.resolve(1),
      Promise.resolve('true'),
    ]) {
      const { judge } = world({ keys: wrong({ key: { ...bot, verify: () => yes } }) })
      expect(await judge(await sign(order()))).toBe('KEY_SOURCE_FAILED')
    }
  })

  attack(100, 'a broken audit sink does not change a verdict', async () => {
    const { createVerifier } = await import('../../src/server/verifier.js')
    const { strictPolicy } = await import('../../src/server/policy/strict-policy.js')
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys(RECORDS),
      policy: strictPolicy({ authorities: [HOST], maxAgeMs: 86_400_000 }),
      replay: noReplayProtection,
      clock: { now: () => 1_790_000_000_000 },
      audit: fail,
    })
    expect(await verifier.verify(await sign(order()))).toMatchObject({ ok: true })
    expect(await verifier.verify(order())).toMatchObject({ ok: false, code: 'AUTH_MISSING' })
  })

  for (const host of HOSTS) {
    attack(100, `over a socket, ${host}`, async (shows) => {
      for (const how of ['the key source rejects', 'the key hangs', 'the replay store throws']) {
        const server = await start(host, FAULTS[how] as Partial<Omit<VerifierOptions, 'policy'>>)
        const answer = await server.send(await sign(order()))
        shows(answer.code, faultOf(how), how)
        expect([answer.status, answer.headers['retry-after'], server.reached()]).toEqual([503, '1', 0])
        expect(answer.rest).not.toContain('secret')
      }
      const server = await start(host, { with: { scope: fail } })
      const answer = await server.send(await sign(order()))
      shows(answer.code, 'HOST_FAULT')
      expect([answer.status, server.reached(), server.errors.length]).toEqual([500, 0, 1])
      expect(answer.rest).not.toContain('secret')
    })
  }

  attack(100, 'requests that are no requests', async () => {
    const { verifier } = world()
    const odd: unknown[] = [
      undefined,
      null,
      1,
      'GET',
      [],
      {},
      { method: 'GET' },
      { ...get(), fields: undefined },
      { ...get(), fields: [1, 2] },
      { ...get(), fields: ['a'] },
      { ...get(), target: 1 },
      { ...get(), authority: undefined },
      { ...order(), body: 'text' },
      { ...order(), body: 1 },
    ]
    for (const request of odd) {
      const verdict = await verifier.verify(request as HttpRequest)
      expect(verdict.ok).toBe(false)
      expect(!verdict.ok && verdict.code in VERDICT_STATUS).toBe(true)
    }
  })
})

const ORDER_TEXT = 'BTCUSDT'
