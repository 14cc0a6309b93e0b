import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base58Decode } from '../../../src/crypto/format/base58.js'
import { exportPublicKey, importSigningKey, randomBytes, Secret } from '../../../src/crypto/index.js'
import type { PrivateKey } from '../../../src/crypto/key.js'
import { type CountersignError, isCountersignError } from '../../../src/errors.js'
import { type ExchangeKeyOptions, type ExchangeKeyType, importExchangeKey } from '../../../src/exchange/index.js'
import { errorOf } from '../../expect-code.js'
import { describeShared, sharedText } from '../../shared-vectors.js'
import { draws } from '../../thorough.js'
import { derOf, keyFile, PASSPHRASE, pemOf } from '../crypto/key-files.js'

const apiKey = 'the-api-key'
const ed = keyFile('ed25519')
const ec = keyFile('p256')
const sec1 = keyFile('p256-sec1')
const rsa = keyFile('rsa')
const pkcs1 = keyFile('rsa-pkcs1')
const bare = (pem: string): string =>
  Buffer.from(derOf(pem.replace(/-----BEGIN EC PARAMETERS[\s\S]*?END EC PARAMETERS-----/, ''))).toString('base64')

// RFC 8410: the seed is the last 32 bytes of this file.
const seed = derOf(ed).slice(-32)
const publicKey = derOf(keyFile('ed25519-public')).slice(-32)
const b64 = (...parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('base64')
const hexText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function base58(bytes: Uint8Array): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let value = BigInt(`0x${hexText(bytes) || '0'}`)
  let out = ''
  for (; value > 0n; value /= 58n) out = alphabet[Number(value % 58n)] + out
  return (
    '1'.repeat(bytes.findIndex((byte) => byte !== 0) === -1 ? bytes.length : bytes.findIndex((byte) => byte !== 0)) +
    out
  )
}

const idOf = (key: PrivateKey): string => exportPublicKey(key, 'pem')
const ALGORITHM = {
  ed25519: 'ed25519',
  'ecdsa-p256': 'ecdsa-p256-sha256',
  rsa: 'rsa-v1_5-sha256',
  'rsa-pss': 'rsa-pss-sha256',
} as const

/** What the library's importer makes of a file. */
const expected = async (pem: string, type: ExchangeKeyType, passphrase?: string): Promise<string> =>
  idOf(
    (await importSigningKey(pem, {
      keyId: 'k',
      algorithm: ALGORITHM[type],
      ...(passphrase === undefined ? {} : { passphrase }),
    })) as PrivateKey,
  )

async function accepts(text: string | Secret, type: ExchangeKeyType, pem: string, more?: Partial<ExchangeKeyOptions>) {
  const key: PrivateKey = await importExchangeKey(text, { apiKey, type, ...more })
  expect([key.keyId, key.algorithm, idOf(key)]).toEqual([
    more?.apiKey ?? apiKey,
    ALGORITHM[type],
    await expected(pem, type, more?.passphrase as string | undefined),
  ])
  expect(await key.verifyingKey.verify('base', await key.sign('base'))).toBe(true)
}

/** Fails where any eight characters of the material are in a text. */
function holdsNothingOf(material: string, text: string): void {
  const secret = material.replace(
    /-----[^-]*-----|PRIVATE KEY|PuTTY-User-Key-File|openssh|Proc-Type.*|DEK-Info.*/gi,
    ' ',
  )
  for (const [run] of secret.matchAll(/[A-Za-z0-9+/=_-]{16,}/g))
    for (let at = 0; at + 8 <= run.length; at++) expect(text).not.toContain(run.slice(at, at + 8))
}

async function refusal(text: string, options: Partial<ExchangeKeyOptions>): Promise<CountersignError> {
  const error = await errorOf(importExchangeKey(text, { apiKey, type: 'ed25519', ...options }))
  holdsNothingOf(String(text), `${error.message} ${error.stack} ${error.cause ?? ''}`)
  return error
}

/** Everything an environment variable, a JSON file, a chat or an editor does to a PEM. */
const WORN: ReadonlyArray<readonly [string, (pem: string) => string]> = [
  ['as it is', (pem) => pem],
  ['CRLF', (pem) => pem.replaceAll('\n', '\r\n')],
  ['escaped line breaks', (pem) => pem.replaceAll('\n', '\\n')],
  ['escaped CRLF', (pem) => pem.replaceAll('\n', '\\r\\n')],
  ['escaped twice', (pem) => pem.replaceAll('\n', '\\\\n')],
  ['spaces for line breaks', (pem) => pem.replaceAll('\n', ' ')],
  ['one line', (pem) => pem.replaceAll('\n', '')],
  ['double quotes', (pem) => `"${pem.replaceAll('\n', '\\n')}"`],
  ['single quotes', (pem) => `'${pem}'`],
  ['backticks', (pem) => `\`${pem}\``],
  ['quotes and a comma', (pem) => `"${pem.replaceAll('\n', '\\n')}",`],
  ['JSON of a string', (pem) => JSON.stringify(pem)],
  ['JSON in JSON', (pem) => JSON.stringify(JSON.stringify(pem))],
  ['JSON by PHP', (pem) => JSON.stringify(pem).replaceAll('/', '\\/')],
  ['JSON by .NET', (pem) => JSON.stringify(pem).replaceAll('+', '\\u002B')],
  ['indented', (pem) => pem.replaceAll('\n', '\n    ')],
  ['blank lines around it', (pem) => `\n\n${pem}\n\n`],
  ['byte order mark', (pem) => `\ufeff${pem}`],
  ['no-break spaces', (pem) => pem.replaceAll('\n', '\u00a0')],
  ['zero-width space', (pem) => `\u200b${pem}\u200b`],
  ['base64 of the file', (pem) => Buffer.from(pem).toString('base64')],
  ['wrapped base64 of the file', (pem) => Buffer.from(pem).toString('base64').replace(/.{76}/g, '$&\n')],
  ['no lines around it', (pem) => bare(pem)],
  ['no lines around it, wrapped', (pem) => bare(pem).replace(/.{64}/g, '$&\n')],
  ['no lines around it, no padding', (pem) => bare(pem).replaceAll('=', '')],
  ['no lines around it, URL-safe', (pem) => bare(pem).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')],
  ['DER in hexadecimal', (pem) => Buffer.from(bare(pem), 'base64').toString('hex')],
]

const FILES: ReadonlyArray<readonly [string, ExchangeKeyType, string]> = [
  ['Ed25519 PKCS#8', 'ed25519', ed],
  ['P-256 PKCS#8', 'ecdsa-p256', ec],
  ['P-256 SEC 1', 'ecdsa-p256', sec1],
  ['RSA PKCS#8', 'rsa', rsa],
  ['RSA PKCS#1', 'rsa', pkcs1],
  ['RSA for PSS', 'rsa-pss', rsa],
]

describe.each(FILES)('importExchangeKey, %s', (_name, type, pem) => {
  it.each(WORN)('a key is read that is written so: %s', async (_how, worn) => {
    await accepts(worn(pem), type, pem)
  })

  it('a Secret is taken in place of the text', () => accepts(Secret.fromText(pem), type, pem))

  it('names what was declared when it is another kind', async () => {
    for (const [, other] of FILES) {
      if (other.slice(0, 3) === type.slice(0, 3)) continue
      const { code, message } = await refusal(pem, { type: other })
      expect(code).toBe('KEY_MALFORMED')
      expect(message).toContain(`${other} was declared, this is type "${type === 'rsa-pss' ? 'rsa' : type}"`)
    }
  })
})

describe('importExchangeKey', () => {
  it('reads a key by what it is, whatever the line above it says', async () => {
    await accepts(pemOf('PRIVATE KEY', Buffer.from(bare(sec1), 'base64')), 'ecdsa-p256', sec1)
    await accepts(pemOf('EC PRIVATE KEY', derOf(ec)), 'ecdsa-p256', ec)
    await accepts(pemOf('PRIVATE KEY', derOf(pkcs1)), 'rsa', pkcs1)
    await accepts(pemOf('RSA PRIVATE KEY', derOf(rsa)), 'rsa-pss', rsa)
  })

  it('reads encrypted files with their passphrase', async () => {
    for (const [name, type] of [
      ['ed25519-pbkdf2-sha256-aes256', 'ed25519'],
      ['ed25519-scrypt-aes128', 'ed25519'],
      ['rsa-pbkdf2-sha256-aes256', 'rsa'],
    ] as const) {
      await accepts(keyFile(name), type, keyFile(name), { passphrase: PASSPHRASE })
      await accepts(keyFile(name).replaceAll('\n', '\\n'), type, keyFile(name), { passphrase: PASSPHRASE })
      await accepts(bare(keyFile(name)), type, keyFile(name), { passphrase: PASSPHRASE })
      expect((await refusal(keyFile(name), { type })).code).toBe('KEY_PASSPHRASE')
      expect((await refusal(keyFile(name), { type, passphrase: 'another' })).code).toBe('KEY_PASSPHRASE')
    }
    const wrong = await refusal(keyFile('rsa-pbkdf2-sha256-aes256'), { type: 'ed25519', passphrase: PASSPHRASE })
    expect(wrong.message).toContain('ed25519 was declared, this is type "rsa" or "rsa-pss"')
  })

  it('says that a passphrase of an API key belongs elsewhere', async () => {
    for (const text of [ed, b64(seed)]) {
      const { code, message } = await refusal(text, { passphrase: 'of the API key' })
      expect([code, message]).toEqual(['KEY_PASSPHRASE', expect.stringContaining('given to the exchange')])
    }
  })

  it('a seed is read as a key', async () => {
    for (const text of [
      b64(seed),
      b64(seed, publicKey),
      `${b64(seed, publicKey)}\n`,
      `"${b64(seed)}"`,
      hexText(seed),
      hexText(seed).toUpperCase(),
      `0x${hexText(seed)}`,
      hexText(Buffer.concat([seed, publicKey])),
      `ed25519:${base58(seed)}`,
      `ed25519:${base58(Buffer.concat([seed, publicKey]))}`,
    ])
      await accepts(text, 'ed25519', ed)
  })

  it('reads any seed in any of its forms as the same key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
        const texts = [b64(bytes), hexText(bytes), `ed25519:${base58(bytes)}`]
        const keys = await Promise.all(texts.map((text) => importExchangeKey(text, { apiKey, type: 'ed25519' })))
        expect(new Set(keys.map(idOf)).size).toBe(1)
      }),
      {
        numRuns: 40,
        // The start of DER, and zeros, which base58 writes apart.
        examples: [[new Uint8Array(32)], [Uint8Array.from([0x30, 30, ...new Uint8Array(30).fill(5)])]],
      },
    )
  })

  it('reads the scalar of an EC key', () => {
    const scalar = derOf(keyFile('p256')).subarray(36, 68)
    return accepts(b64(scalar), 'ecdsa-p256', ec)
  })

  it('refuses base64 without padding where it could be base58', async () => {
    const text = `${'D'.repeat(42)}A`
    expect(base58Decode(text)?.length).toBeGreaterThan(30)
    const { code, message } = await refusal(text, {})
    expect([code, message]).toEqual(['KEY_MALFORMED', expect.stringContaining('"ed25519:" before base58')])
  })

  it('holds the second half of 64 bytes against the first', async () => {
    const { code, message } = await refusal(b64(seed, randomBytes(32)), {})
    expect([code, message]).toEqual(['KEY_MALFORMED', expect.stringContaining('give it to the exchange as "secret"')])
  })

  it('holds the key against an API key that is a public key', async () => {
    const text = b64(seed)
    await accepts(text, 'ed25519', ed, { apiKey: b64(publicKey) })
    await accepts(text, 'ed25519', ed, { apiKey: `ed25519:${base58(publicKey)}` })
    for (const other of [b64(randomBytes(32)), `ed25519:${base58(randomBytes(32))}`]) {
      expect((await refusal(text, { apiKey: other })).message).toContain('does not belong to "apiKey"')
      expect((await refusal(ed, { apiKey: other })).message).toContain('does not belong to "apiKey"')
    }
  })

  it('names the mistake when the two are swapped', async () => {
    const pair = Buffer.concat([seed, publicKey])
    for (const [text, swapped] of [
      [b64(publicKey), b64(seed)],
      [`ed25519:${base58(publicKey)}`, `ed25519:${base58(seed)}`],
      [`ed25519:${base58(publicKey)}`, `ed25519:${base58(pair)}`],
      ['the-api-key', ed],
      ['the-api-key', ed.replaceAll('\n', '\\n')],
      ['organizations/1a/apiKeys/2b', 'something'],
      ['2f2f2f2f-0000-4000-8000-123456789abc', 'something'],
    ] as const) {
      const { code, message } = await refusal(text, { apiKey: swapped })
      expect([code, message]).toEqual(['KEY_MALFORMED', expect.stringContaining('swapped')])
      holdsNothingOf(swapped, message)
    }
    expect((await refusal('the-api-key', {})).message).toContain('the API key once more')
  })

  it.each([
    ['public PEM', keyFile('ed25519-public'), 'KEY_MALFORMED', 'public key'],
    ['public PKCS#1', keyFile('rsa-public-pkcs1'), 'KEY_MALFORMED', 'public key'],
    ['public PEM without its lines', bare(keyFile('ed25519-public')), 'KEY_MALFORMED', 'public half'],
    ['public PKCS#1 without its lines', bare(keyFile('rsa-public-pkcs1')), 'KEY_MALFORMED', 'public half'],
    [
      'public PEM under a private label',
      pemOf('PRIVATE KEY', derOf(keyFile('p256-public'))),
      'KEY_MALFORMED',
      'public half',
    ],
    [
      'OpenSSH public key',
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVwZGF0ZXNoYWxsbm90cGFzcw me@here',
      'KEY_MALFORMED',
      'public key',
    ],
    ['certificate', keyFile('ed25519-certificate'), 'KEY_MALFORMED', 'certificate'],
    ['certificate without its lines', bare(keyFile('ed25519-certificate')), 'KEY_MALFORMED', 'certificate'],
    ['certificate with its key', keyFile('ed25519-certificate') + ed, 'KEY_MALFORMED', 'several PEM blocks'],
    [
      'OpenSSH private key',
      pemOf('OPENSSH PRIVATE KEY', randomBytes(100)),
      'KEY_UNSUPPORTED',
      'ssh-keygen -p -m PKCS8',
    ],
    ['PuTTY', `PuTTY-User-Key-File-3: ssh-ed25519\n${b64(randomBytes(60))}`, 'KEY_UNSUPPORTED', 'puttygen'],
    ['OpenPGP', pemOf('PGP PRIVATE KEY BLOCK', randomBytes(60)), 'KEY_UNSUPPORTED', 'openssl genpkey'],
    ['encryption older than PKCS#8', keyFile('rsa-pkcs1-legacy-encryption'), 'KEY_UNSUPPORTED', 'openssl pkcs8 -topk8'],
    [
      'CDP file',
      JSON.stringify({ name: 'organizations/a/apiKeys/b', privateKey: sec1 }),
      'KEY_MALFORMED',
      '"privateKey" as text',
    ],
    [
      'newer CDP file',
      JSON.stringify({ id: 'b', privateKey: b64(seed, publicKey) }, null, 2),
      'KEY_MALFORMED',
      '"privateKey" as text',
    ],
    ['JWK', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', d: b64(seed) }), 'KEY_MALFORMED', 'importSigningKey'],
    ['other JSON', JSON.stringify({ secret: b64(seed) }), 'KEY_MALFORMED', 'the one member'],
    ['path', './keys/binance.pem', 'KEY_MALFORMED', 'path of a file'],
    ['path on Windows', 'D:\\private\\exchange.key', 'KEY_MALFORMED', 'path of a file'],
    ['lost hyphens', ed.replace('-----BEGIN', '----BEGIN'), 'KEY_MALFORMED', 'five hyphens'],
    ['typographic hyphens', ed.replaceAll('-----', '—–'), 'KEY_MALFORMED', 'five hyphens'],
    ['lost END line', ed.split('\n').slice(0, 2).join('\n'), 'KEY_MALFORMED', 'cut off'],
    ['lost BEGIN line', ed.split('\n').slice(1).join('\n'), 'KEY_MALFORMED', 'cut off'],
    ['cut contents', pemOf('PRIVATE KEY', derOf(ed).subarray(0, 40)), 'KEY_MALFORMED', 'cut or is damaged'],
    [
      'secret of Binance',
      'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
      'KEY_MALFORMED',
      'as "secret"',
    ],
    ['secret of OKX', '22582BD0CFF14C41EDBF1AB98506286D', 'KEY_MALFORMED', 'as "secret"'],
    ['secret of Kraken', b64(randomBytes(64)), 'KEY_MALFORMED', 'as "secret"'],
    ['words', 'correct horse battery staple', 'KEY_MALFORMED', 'as "secret"'],
    ['nothing', ' "" ', 'KEY_MALFORMED', 'got nothing'],
    ['a book', 'A '.repeat(50_000), 'KEY_MALFORMED', 'far too much'],
    ['an unfinished prefix', 'ed25519:', 'KEY_MALFORMED', 'other text'],
    ['Ed448', keyFile('ed448'), 'KEY_MALFORMED', 'no exchange takes this kind'],
  ] as const)('the import refuses %s', async (_what, text, code, says) => {
    const error = await refusal(text, { type: 'ed25519' })
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(says)])
  })

  it.each([
    ['secp256k1', 'ecdsa-p256', 'KEY_MALFORMED', 'P-256'],
    ['p384-sec1', 'ecdsa-p256', 'KEY_MALFORMED', ''],
    ['p256-sec1-explicit', 'ecdsa-p256', 'KEY_MALFORMED', 'named curve'],
    ['ed25519-pbkdf2-des3', 'ed25519', 'KEY_UNSUPPORTED', ''],
  ] as const)('the import refuses %s', async (name, type, code, says) => {
    const error = await refusal(keyFile(name), {
      type,
      ...(code === 'KEY_UNSUPPORTED' ? { passphrase: PASSPHRASE } : {}),
    })
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(says)])
  })

  it('refuses a PSS key for the other padding, and takes it for its own', async () => {
    expect((await refusal(keyFile('rsa-pss'), { type: 'rsa' })).message).toContain('this is type "rsa-pss"')
    await accepts(keyFile('rsa-pss'), 'rsa-pss', keyFile('rsa-pss'))
  })

  it('has no raw form of RSA', async () => {
    expect((await refusal(b64(seed), { type: 'rsa' })).message).toContain('A rsa key is PEM')
    expect((await refusal(b64(seed, publicKey), { type: 'ecdsa-p256' })).message).toContain(
      '64 bytes of something else',
    )
  })

  it('refuses options that cannot be right', async () => {
    expect((await refusal(ed, { type: 'toString' as never })).code).toBe('ARGUMENT_INVALID')
    expect((await refusal(ed, { type: undefined as never })).code).toBe('ARGUMENT_INVALID')
    for (const bad of ['', ' key', 'key\n\n', '"key"', undefined as never])
      expect((await refusal(ed, { apiKey: bad })).message).toContain('"apiKey" must be')
    expect((await refusal(Buffer.from(ed) as never, {})).message).toContain('readFileSync(path, "utf8")')
    expect((await refusal(undefined as never, {})).code).toBe('ARGUMENT_INVALID')
  })

  it('never throws anything untyped, and never a part of the text', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '-----BEGIN PRIVATE KEY-----',
        '-----END PRIVATE KEY-----',
        '\n',
        '\\n',
        '"',
        ' ',
        'ed25519:',
        '{',
        '30',
        '0x',
      ),
      fc.string(),
      fc.base64String({ minLength: 16, maxLength: 120 }),
      fc.constantFrom(bare(ed), bare(sec1), bare(pkcs1).slice(0, 400), ed, ec),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
        fc.constantFrom<ExchangeKeyType>('ed25519', 'rsa', 'ecdsa-p256'),
        async (text, type) => {
          const key = await importExchangeKey(text, { apiKey, type }).catch((error: unknown) => error)
          if (!isCountersignError(key)) expect((key as PrivateKey).keyId).toBe(apiKey)
          else {
            expect(key.code).toMatch(/^KEY_/)
            holdsNothingOf(text, key.message)
          }
        },
      ),
      { numRuns: draws(300) },
    )
  })
})

describeShared('importExchangeKey with the shared keys', () => {
  it('reads RSA and EC PEM files, also with escaped line breaks', async () => {
    const [sharedRsa, sharedEc] = [sharedText('exchanges/fake-rsa.pem'), sharedText('exchanges/fake-ec.pem')]
    await accepts(sharedRsa, 'rsa', sharedRsa)
    await accepts(sharedRsa.replaceAll('\n', '\\n'), 'rsa-pss', sharedRsa)
    await accepts(sharedEc, 'ecdsa-p256', sharedEc)
    expect((await refusal(sharedEc, { type: 'rsa' })).message).toContain('this is type "ecdsa-p256"')
  })
})
