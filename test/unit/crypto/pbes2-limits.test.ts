import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { derNull, octetString, oid, sequence, smallInteger } from '../../../src/crypto/format/der.js'
import { decryptPkcs8, MAX_PBKDF2_ITERATIONS } from '../../../src/crypto/format/pbes2.js'
import { withCode } from '../../expect-code.js'
import { derOf, keyFile } from './key-files.js'

const PASSPHRASE = 'of a test'
const IV = octetString(new Uint8Array(16))
const AES256 = '60864801650304012a'
const UNKNOWN = '2a03'
const cipher = (id: string): Uint8Array => sequence(oid(id), IV)
const salt = (bytes: number): Uint8Array => octetString(new Uint8Array(bytes))
const pbkdf2 = (...parts: readonly Uint8Array[]): Uint8Array => sequence(oid('2a864886f70d01050c'), sequence(...parts))
const scrypt = (...parts: readonly Uint8Array[]): Uint8Array => sequence(oid('2b06010401da47040b'), sequence(...parts))
/** A file of which nothing is decrypted where the costs are refused, or what follows them is. */
const open = (kdf: Uint8Array, data: Uint8Array = new Uint8Array(16), encryption = cipher(AES256)): Promise<unknown> =>
  decryptPkcs8(sequence(sequence(oid('2a864886f70d01050d'), sequence(kdf, encryption)), octetString(data)), PASSPHRASE)
/** Read behind the costs, and refused before any work is done. */
const NEXT = sequence(oid(UNKNOWN), derNull())

describe('the costs of PBKDF2', () => {
  const REFUSED = 'PBKDF2 iterations'
  const TAKEN = 'PBKDF2 with HMAC'

  test.each([
    [0, REFUSED],
    [1, TAKEN],
    [MAX_PBKDF2_ITERATIONS, TAKEN],
    [MAX_PBKDF2_ITERATIONS + 1, REFUSED],
  ])('%i rounds come to: %s', async (rounds, text) => {
    await expect(open(pbkdf2(salt(8), smallInteger(rounds), NEXT))).rejects.toEqual(withCode('KEY_UNSUPPORTED', text))
  })

  test('the salt has at most 1024 bytes', async () => {
    const rounds = smallInteger(1)
    await expect(open(pbkdf2(salt(1024), rounds, NEXT))).rejects.toEqual(withCode('KEY_UNSUPPORTED', TAKEN))
    await expect(open(pbkdf2(salt(1025), rounds, NEXT))).rejects.toEqual(
      withCode('KEY_UNSUPPORTED', 'a salt of at most'),
    )
  })

  test('a length of the key that is stated is that of the cipher', async () => {
    const rounds = smallInteger(1)
    await expect(open(pbkdf2(salt(8), rounds, smallInteger(32), NEXT))).rejects.toEqual(
      withCode('KEY_UNSUPPORTED', TAKEN),
    )
    for (const length of [0, 16, 31, 33])
      await expect(open(pbkdf2(salt(8), rounds, smallInteger(length), NEXT))).rejects.toEqual(
        withCode('KEY_UNSUPPORTED', 'a key length of 32'),
      )
  })

  test('nothing stands behind them', async () => {
    const sha256 = sequence(oid('2a864886f70d0209'), derNull())
    await expect(open(pbkdf2(salt(8), smallInteger(1), sha256, derNull()))).rejects.toEqual(withCode('KEY_MALFORMED'))
    await expect(open(pbkdf2(salt(8), smallInteger(1), sequence(oid('2a864886f70d0209'))))).rejects.toEqual(
      withCode('KEY_MALFORMED'),
    )
  })
})

describe('the costs of scrypt', () => {
  const cost = (N: number, r: number, p: number) =>
    open(scrypt(salt(8), smallInteger(N), smallInteger(r), smallInteger(p), NEXT))

  test.each([
    [2, 1, 1],
    [2, 64, 1],
    [2, 1, 64],
    [2 ** 18, 8, 1],
    [2 ** 17, 8, 8],
    [2 ** 21, 1, 4],
  ])('N = %i, r = %i and p = %i are taken', async (N, r, p) => {
    // Refused for what stands behind the costs.
    await expect(cost(N, r, p)).rejects.toEqual(withCode('KEY_MALFORMED'))
  })

  test.each([
    ['N of 0', 0, 1, 1],
    ['N of 1', 1, 1, 1],
    ['N that is no power of two', 3, 1, 1],
    ['r of 0', 2, 0, 1],
    ['r of 65', 2, 65, 1],
    ['p of 0', 2, 1, 0],
    ['p of 65', 2, 1, 65],
    ['more than 256 MiB', 2 ** 22, 1, 1],
    ['more than 256 MiB of large blocks', 2 ** 16, 64, 1],
    ['too much work', 2 ** 21, 1, 5],
    ['N of 2^24', 2 ** 24, 1, 1],
    ['N of 2^31', 2 ** 31, 1, 1],
  ])('%s is refused', async (_, N, r, p) => {
    await expect(cost(N, r, p)).rejects.toEqual(withCode('KEY_UNSUPPORTED', 'a power of two as scrypt N'))
  })
})

describe('what was decrypted', () => {
  const sealed = (plain: Uint8Array): Uint8Array => {
    const key = crypto.pbkdf2Sync(PASSPHRASE, new Uint8Array(8), 1, 32, 'sha1')
    const state = crypto.createCipheriv('aes-256-cbc', key, new Uint8Array(16))
    return new Uint8Array(Buffer.concat([state.update(plain), state.final()]))
  }
  const opened = (plain: Uint8Array) => open(pbkdf2(salt(8), smallInteger(1)), sealed(plain))

  test('is a key where it begins like one', async () => {
    const pkcs8 = derOf(keyFile('ed25519'))
    expect(new Uint8Array((await opened(pkcs8)) as Uint8Array)).toEqual(pkcs8)
    const second = sequence(smallInteger(1), sequence())
    expect(new Uint8Array((await opened(second)) as Uint8Array)).toEqual(second)
  })

  test.each<readonly [string, Uint8Array]>([
    ['no DER', new Uint8Array(20)],
    ['a version and no algorithm', sequence(smallInteger(0), octetString(new Uint8Array(3)))],
    ['a version alone', sequence(smallInteger(0))],
    ['a version that is none', sequence(smallInteger(2), sequence())],
    ['a key and more', new Uint8Array([...sequence(smallInteger(0), sequence()), 0])],
  ])('is noise of another passphrase where it is %s', async (_, plain) => {
    await expect(opened(plain)).rejects.toEqual(withCode('KEY_PASSPHRASE'))
  })

  test('is nothing where the padding is wrong', async () => {
    await expect(open(pbkdf2(salt(8), smallInteger(1)), new Uint8Array(32))).rejects.toEqual(withCode('KEY_PASSPHRASE'))
  })
})

test('the IV has 16 bytes, and nothing stands behind it or behind the costs', async () => {
  const kdf = pbkdf2(salt(8), smallInteger(1))
  for (const encryption of [
    sequence(oid(AES256), octetString(new Uint8Array(15))),
    sequence(oid(AES256), octetString(new Uint8Array(17))),
    sequence(oid(AES256), IV, derNull()),
  ])
    await expect(open(kdf, undefined, encryption)).rejects.toEqual(withCode('KEY_MALFORMED'))
})
