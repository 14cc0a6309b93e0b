import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KeyRow } from '../../../../src/console/contract.js'
import { pastedKey } from '../../../../src/console/page/create/public-key-text.js'
import { differenceOf, isWider } from '../../../../src/console/page/key/differences.js'
import { chipOf, filtered } from '../../../../src/console/page/key-facts.js'
import { fragmentOf, viewOf } from '../../../../src/console/page/route.js'

const NOW = Date.parse('2026-11-29T12:00:00Z')
const DAY = 86_400_000
const row = (part: Partial<KeyRow>): KeyRow =>
  ({
    id: 'acmek_live_1',
    name: 'bot',
    owner: 'alice',
    algorithm: 'ed25519',
    state: 'active',
    status: 'active',
    scopes: [],
    allowIp: [],
    tags: [],
    createdBy: 'alice',
    createdAtMs: NOW - DAY,
    expiresAtMs: NOW + 90 * DAY,
    environment: 'live',
    ...part,
  }) as KeyRow

describe('the chip of a key', () => {
  it.each([
    ['active', {}],
    ['expiring', { expiresAtMs: NOW + 13 * DAY }],
    ['active', { expiresAtMs: null }],
    ['expired', { expiresAtMs: NOW }],
    ['rotating', { state: 'rotating', overlapUntilMs: NOW + 1 }],
    // The answer of the portal is from before the overlap ended.
    ['expired', { state: 'rotating', overlapUntilMs: NOW }],
    ['locked', { state: 'locked' }],
    ['disabled', { state: 'disabled', expiresAtMs: NOW - 1 }],
    ['revoked', { state: 'revoked', expiresAtMs: NOW - 1 }],
    ['active', { state: 'not-yet-valid', notBeforeMs: NOW }],
  ] as const)('is %s for %j', (chip, part) => {
    expect(chipOf(row(part), NOW)).toBe(chip)
  })
})

it('a filter needs every word, and sorts keys without an end last', () => {
  const rows = [
    row({ id: 'a', expiresAtMs: null }),
    row({ id: 'b', scopes: ['orders:read'] }),
    row({ id: 'c', name: 'Zoo' }),
  ]
  const ids = (words: string, sort: 'name' | 'expires' = 'name') =>
    filtered(rows, { words, chip: 'all', environment: 'all', sort }, NOW).map(({ id }) => id)
  expect(ids('ORDERS alice')).toEqual(['b'])
  expect(ids('orders bob')).toEqual([])
  expect(ids('', 'expires')).toEqual(['b', 'c', 'a'])
})

describe('what an edit changes', () => {
  it.each([
    [[], ['203.0.113.7'], false],
    [['203.0.113.7'], [], true],
    [['203.0.113.7'], ['203.0.113.7', '203.0.113.8'], true],
    [['203.0.113.7', '203.0.113.8'], ['203.0.113.7'], false],
  ] as const)('addresses from %j to %j: wider is %s', (before, after, wider) => {
    expect(isWider(differenceOf([], []), before, after, differenceOf(before, after))).toBe(wider)
  })
})

describe('a pasted public key', () => {
  const all = ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'hmac-sha256'] as const
  const pairs = {
    ed25519: generateKeyPairSync('ed25519'),
    'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'rsa-pss-sha512': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }
  it.each(Object.entries(pairs))('is recognised as %s, as PEM and as JWK', (algorithm, { publicKey, privateKey }) => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
    expect(pastedKey(`\n${pem}`, all)).toEqual({ publicKey: pem.trim(), algorithm })
    const jwk = publicKey.export({ format: 'jwk' })
    expect(pastedKey(JSON.stringify(jwk), all)).toEqual({ publicKey: jwk, algorithm })
    expect(pastedKey(pem, ['hmac-sha256'])).toEqual({ problem: 'ownNotOffered' })
    const secrets = [
      privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a' }) as string,
      JSON.stringify(privateKey.export({ format: 'jwk' })),
      `{"broken" ${JSON.stringify(privateKey.export({ format: 'jwk' })).slice(1)}`,
    ]
    for (const text of secrets) expect(pastedKey(text, all)).toEqual({ problem: 'ownPrivate' })
  })
  it.each([
    // Made by ssh-keygen, and read by it and by OpenSSL.
    [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTLpX3ZVI3MtQH5vKQbddLLKolN/6opZEx9ELxD1XYg a@b',
      'ed25519',
      { kty: 'OKP', crv: 'Ed25519', x: 'dMulfdlUjcy1Afm8pBt10ssqiU3_qilkTH0QvEPVdiA' },
    ],
    [
      'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBObH0INvpXFpEyT0oeDNN1Hk9Ef6TXpbWYkP1zqAa3hlv3+/K9WLKPALEJVC6tbcqCpxpMXVUqNFZ8ujZxLy3LQ= a@b',
      'ecdsa-p256-sha256',
      {
        kty: 'EC',
        x: '5sfQg2-lcWkTJPSh4M03UeT0R_pNeltZiQ_XOoBreGU',
        y: 'v3-_K9WLKPALEJVC6tbcqCpxpMXVUqNFZ8ujZxLy3LQ',
        crv: 'P-256',
      },
    ],
    [
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDSf85ndD4eT7YuAg85hZfQdTXzV08PK7IzqIUDOifcwsnJGnI9QDzPiks0xURQ3RU5ZXk6GS2cdI30mABQ8ymp2TxOrHddd/am0r5cEbN2/RBm3LN6HTPe52bBAlBKW+UCWKnQajR3E4CB9x6HPg/VFQ9GFNUrFLgq8AYEwSxxxFMl6DbBI+DuZFHDPvIxkLbRuLJrln//r6RTL/4SXM2hrNjq0tFCU4CxRBC/XWellntNxUtGY706qhE0j7DwK7w0jvDLgn8DeFF5N5tCH4nLEl+XyhLiAVKaVrkqv136SLdvLpIxRgaAowW8Px3jLKzYaKqp/bWjDWtw8bSwYgWV a@b',
      'rsa-pss-sha512',
      {
        kty: 'RSA',
        n: '0n_OZ3Q-Hk-2LgIPOYWX0HU181dPDyuyM6iFAzon3MLJyRpyPUA8z4pLNMVEUN0VOWV5OhktnHSN9JgAUPMpqdk8Tqx3XXf2ptK-XBGzdv0QZtyzeh0z3udmwQJQSlvlAlip0Go0dxOAgfcehz4P1RUPRhTVKxS4KvAGBMEsccRTJeg2wSPg7mRRwz7yMZC20biya5Z__6-kUy_-ElzNoazY6tLRQlOAsUQQv11npZZ7TcVLRmO9OqoRNI-w8Cu8NI7wy4J_A3hReTebQh-JyxJfl8oS4gFSmla5Kr9d-ki3by6SMUYGgKMFvD8d4yys2Giqqf21ow1rcPG0sGIFlQ',
        e: 'AQAB',
      },
    ],
  ])('is read of a line of OpenSSH: %s', (line, algorithm, publicKey) => {
    expect(pastedKey(line, all)).toEqual({ publicKey, algorithm })
  })
  it.each([
    ['', 'ownUnknown'],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5', 'ownUnknown'],
    ['ssh-dss AAAAB3NzaC1kc3MAAACBAA', 'ownUnknown'],
    ['hello', 'ownUnknown'],
    ['{"kty":', 'ownJson'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'ownPrivate'],
    ['a'.repeat(20_000), 'ownTooLong'],
  ])('the paste %j is refused', (text, problem) => {
    expect(pastedKey(text, all)).toEqual({ problem })
  })
})

it.each(['#', '#create', '#key/acmek_live_1', '#incident/acmek_live_1', '#admin/audit'])(
  'the view of %s is written back',
  (text) => {
    expect(fragmentOf(viewOf(text))).toBe(text)
  },
)
it.each(['#key/<img>', '#admin/else', '#javascript:alert(1)', '#key/'])('%s is the list', (text) => {
  expect(viewOf(text)).toEqual({ at: 'list' })
})
