import { connect } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALGORITHMS, type Algorithm } from '../../src/crypto/algorithm.js'
import { exportPrivateKey } from '../../src/crypto/export.js'
import { generateKeyPair } from '../../src/crypto/generate.js'
import { hmacKey } from '../../src/crypto/hmac-key.js'
import { randomBytes } from '../../src/crypto/random.js'
import { Secret } from '../../src/crypto/secret.js'
import { jwkThumbprint } from '../../src/crypto/thumbprint.js'
import { openVault, sealVault } from '../../src/crypto/vault.js'
import { PUBLISHED_KEYS, PUBLISHED_SIGNATURES } from '../vectors/rfc9421/data.js'
import { describeBrowser, type Profile, profile } from './browser/chromium.js'
import type { Published, Suite } from './browser/page.js'
import { type Captured, type Site, site } from './browser/site.js'

declare const suite: Suite

type Bundler = (input: {
  entry: string
}) => Promise<{ text: string; externals: string[]; files: Array<{ path: string }> }>

/** Plain JavaScript, so its types are given here. */
const bundler = async (): Promise<Bundler> =>
  ((await import(new URL('../../tools/lib/bundle.mjs', import.meta.url).href)) as { bundleForBrowser: Bundler })
    .bundleForBrowser

/** Sends the same bytes again, from outside the browser, and gives the status. */
const replay = ({ method, url, rawHeaders, body }: Captured, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    let head = `${method} ${url} HTTP/1.1\r\n`
    for (let i = 0; i < rawHeaders.length; i += 2) head += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${head}\r\n`, 'latin1')
      socket.write(body)
    })
    socket.on('error', reject).on('data', (chunk) => {
      answer += chunk.toString('latin1')
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]
      if (status === undefined) return
      socket.destroy()
      resolve(Number(status))
    })
  })

// Runs inside the page, before anything of the page does.
const withoutEd25519 = (): void => {
  const refuse =
    (original: (...given: never[]) => Promise<unknown>) =>
    (...given: unknown[]): Promise<unknown> =>
      JSON.stringify(given).includes('Ed25519')
        ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
        : Reflect.apply(original, crypto.subtle, given)
  for (const name of ['generateKey', 'importKey', 'sign', 'verify'] as const) {
    Object.defineProperty(SubtleCrypto.prototype, name, { value: refuse(SubtleCrypto.prototype[name] as never) })
  }
}

const withoutKeyPairs = (): void => {
  const refuse = (): never => {
    throw new DOMException('', 'NotSupportedError')
  }
  Object.defineProperty(SubtleCrypto.prototype, 'generateKey', { value: refuse })
}

const withoutIndexedDb = (): void => {
  Object.defineProperty(globalThis, 'indexedDB', { value: undefined })
}

/** As a browser whose IndexedDB cannot hold one kind of key. */
const withoutStoringEd25519 = (): void => {
  const { add } = IDBObjectStore.prototype
  const refuse = function (this: IDBObjectStore, value: { algorithm: string }, key: string): IDBRequest {
    if (value.algorithm === 'ed25519') throw new DOMException('', 'DataCloneError')
    return add.call(this, value, key)
  }
  Object.defineProperty(IDBObjectStore.prototype, 'add', { value: refuse })
}

describeBrowser('in Chromium', () => {
  let own: Profile
  let context: BrowserContext
  let at: Site
  let bundle: Awaited<ReturnType<Bundler>>

  beforeAll(async () => {
    bundle = await (await bundler())({ entry: 'test/runtime/browser/page.ts' })
    at = await site(bundle.text)
    own = await profile()
    context = await own.start()
  }, 60_000)

  afterAll(async () => {
    await context?.close()
    await at?.close()
    await own?.remove()
  }, 30_000)

  /** The page, loaded and ready; a script may change the browser first. */
  const load = async (before?: () => void, origin: string = at.origin): Promise<Page> => {
    const page = await context.newPage()
    if (before !== undefined) await page.addInitScript(before)
    await page.goto(origin)
    await ready(page)
    return page
  }
  const ready = (page: Page): Promise<unknown> => page.waitForFunction(() => 'suite' in globalThis)

  test.each(['countersign.global.js', 'countersign.min.js'] as const)(
    '%s signs in a page without a bundler',
    async (file) => {
      const { browserFile } = (await import(new URL('../../tools/lib/browser-files.mjs', import.meta.url).href)) as {
        browserFile: (name: string) => Promise<string>
      }
      const page = await context.newPage()
      await page.goto(at.origin)
      const text = await browserFile(file)
      const signed = await page.evaluate(
        async ({ text, isModule }) => {
          const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
          if (!isModule) {
            const script = document.createElement('script')
            script.src = url
            await new Promise((resolve, reject) => {
              script.onload = resolve
              script.onerror = reject
              document.head.append(script)
            })
          }
          const { hmacKey, httpRequest, rfc9421, signRequest } =
            // Written so that the tests' own compiler does not see it.
            (
              isModule
                ? await new Function('url', 'return import(url)')(url)
                : (globalThis as Record<string, unknown>)['countersign']
            ) as typeof import('../../src/index.js')
          const key = hmacKey({ keyId: 'page', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
          const { fields } = await signRequest(httpRequest({ url: 'https://api.example/orders' }), rfc9421({ key }))
          return fields.map((text) => text.toLowerCase())
        },
        { text, isModule: file.endsWith('.min.js') },
      )
      expect(signed).toEqual(expect.arrayContaining(['signature', 'signature-input']))
      await page.close()
    },
  )

  test('a page that states the integrity of the bundle runs it, and no other', async () => {
    const { browserFile, integrityOf } = (await import(
      new URL('../../tools/lib/browser-files.mjs', import.meta.url).href
    )) as { browserFile: (name: string) => Promise<string>; integrityOf: (text: string) => string }
    const text = await browserFile('countersign.global.js')
    const page = await context.newPage()
    await page.goto(at.origin)
    const run = (sent: string): Promise<string> =>
      page.evaluate(
        ({ sent, integrity }) =>
          new Promise<string>((resolve) => {
            const script = document.createElement('script')
            Object.assign(script, { integrity, crossOrigin: 'anonymous' })
            script.src = URL.createObjectURL(new Blob([sent], { type: 'text/javascript' }))
            script.onload = () => resolve(typeof (globalThis as Record<string, unknown>)['countersign'])
            script.onerror = () => resolve('refused')
            document.head.append(script)
          }),
        { sent, integrity: integrityOf(text) },
      )
    expect(await run(`${text};`)).toBe('refused')
    expect(await page.evaluate(() => 'countersign' in globalThis)).toBe(false)
    expect(await run(text)).toBe('object')
    await page.close()
  })

  test('the bundle holds the portable backend and nothing of Node', () => {
    const paths = bundle.files.map(({ path }) => path)
    expect(bundle.externals).toEqual([])
    expect(paths.filter((path) => path.includes('backend/native/'))).toEqual([])
    expect(paths.some((path) => path.includes('backend/portable/'))).toBe(true)
  })

  describe('a key in IndexedDB', () => {
    const options = { name: 'trading' }

    test('is made once, cannot be exported, and signs what Node accepts: at once, after a reload and after a restart', async () => {
      let page = await load()
      const made = await page.evaluate((given) => suite.open(given), options)
      expect(made.algorithm).toBe('ed25519')
      expect(made.raw).toHaveLength(32)
      expect(made.jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: made.keyId })
      expect(made.keyId).toBe(jwkThumbprint(made.jwk))
      await at.registerPem(made.pem, made.keyId, 'ed25519', 'alice')

      const before = at.captured.length
      expect(await page.evaluate(() => suite.order('{"qty":1}'))).toEqual({ status: 200, text: 'alice: {"qty":1}' })
      expect(at.captured).toHaveLength(before + 1)

      const theft = await page.evaluate((name) => suite.theft('countersign', name), options.name)
      expect(theft.slice(0, 4)).toEqual(Array(4).fill('InvalidAccessError'))
      expect(theft[4]).not.toMatch(/"d"|pkcs8/)

      await page.reload()
      await ready(page)
      expect(await page.evaluate((given) => suite.open(given), options)).toEqual(made)
      expect(await page.evaluate(() => suite.order('{"qty":2}'))).toEqual({ status: 200, text: 'alice: {"qty":2}' })

      await context.close()
      context = await own.start()
      page = await load()
      expect(await page.evaluate((given) => suite.open(given), options)).toEqual(made)
      expect(await page.evaluate(() => suite.order('{"qty":3}'))).toEqual({ status: 200, text: 'alice: {"qty":3}' })
      expect(at.codes.slice(-1)).toEqual(['ok'])

      expect(await replay(at.captured.at(-1) as Captured, at.port)).toBe(401)
      expect(at.codes.slice(-1)).toEqual(['REPLAY'])
      const changed = { ...(at.captured.at(-1) as Captured), body: new TextEncoder().encode('{"qty":9}') }
      expect(await replay(changed, at.port)).toBe(401)
      expect(at.codes.slice(-1)).toEqual(['DIGEST_MISMATCH'])
    }, 60_000)

    test('is one and the same however many ask for it, in one tab or in two', async () => {
      const [one, two] = [await load(), await load()]
      const race = (page: Page): Promise<string[]> => page.evaluate(() => suite.race({ name: 'race' }, 8))
      const thumbprints = (await Promise.all([race(one), race(two)])).flat()
      expect(thumbprints).toHaveLength(16)
      expect(new Set(thumbprints).size).toBe(1)
    })

    test('is forgotten when it is deleted, and only that one', async () => {
      const [page, other] = [await load(), await load()]
      const open = (on: Page) => on.evaluate(() => suite.open({ name: 'short', database: 'lives', keyId: 'mine' }))
      const first = await open(page)
      expect([first.keyId, first.jwk.kid]).toEqual(['mine', 'mine'])
      await open(other)
      await page.evaluate(() => suite.remove())
      expect(await page.evaluate(() => suite.has('lives', 'short'))).toBe(false)
      const second = await open(page)
      expect(second.thumbprint).not.toBe(first.thumbprint)
      // The other tab still holds the first key: what it deletes is not what lies there now.
      await other.evaluate(() => suite.remove())
      expect(await page.evaluate(() => suite.has('lives', 'short'))).toBe(true)
    })

    test('works where WebCrypto lacks Ed25519: P-256 takes its place', async () => {
      const page = await load(withoutEd25519)
      const made = await page.evaluate(() => suite.open({ name: 'older' }))
      expect(made.algorithm).toBe('ecdsa-p256-sha256')
      expect(made.jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', kid: jwkThumbprint(made.jwk) })
      expect(made.raw).toHaveLength(65)
      await at.registerPem(made.pem, made.keyId, 'ecdsa-p256-sha256', 'bob')
      expect(await page.evaluate(() => suite.order('1'))).toEqual({ status: 200, text: 'bob: 1' })
      await page.reload()
      await ready(page)
      expect(await page.evaluate(() => suite.open({ name: 'older' }))).toEqual(made)
      expect(await page.evaluate(() => suite.order('2'))).toEqual({ status: 200, text: 'bob: 2' })
      // A browser that has learned Ed25519 meanwhile keeps the key that is registered.
      const newer = await load()
      expect(await newer.evaluate(() => suite.open({ name: 'older' }))).toEqual(made)
      const only = { name: 'older', algorithms: ['ed25519' as const] }
      expect(await newer.evaluate((given) => suite.openFailure(given), only)).toBe('KEY_UNSUPPORTED')
    })

    test('is of the next algorithm where IndexedDB cannot hold the first', async () => {
      const page = await load(withoutStoringEd25519)
      expect(await page.evaluate(() => suite.open({ name: 'clone' }))).toHaveProperty('algorithm', 'ecdsa-p256-sha256')
      const only = { name: 'clone-only', algorithms: ['ed25519' as const] }
      expect(await page.evaluate((given) => suite.openFailure(given), only)).toBe('KEY_UNSUPPORTED')
    })

    test('follows the given preference', async () => {
      const page = await load()
      const algorithms = ['ecdsa-p384-sha384' as const, 'ed25519' as const]
      const made = await page.evaluate((given) => suite.open(given), { name: 'preference', algorithms })
      expect(made).toHaveProperty('algorithm', 'ecdsa-p384-sha384')
    })

    test('is not trusted when something else lies in its place', async () => {
      const page = await load()
      const fails = (name: string, database: string): Promise<string> =>
        page.evaluate((given) => suite.openFailure(given), { name, database })
      for (const [name, extractable] of [
        ['extractable', true],
        ['empty', undefined],
      ] as const) {
        await page.evaluate(([key, can]) => suite.plant('planted', key, can), [name, extractable] as const)
        expect(await fails(name, 'planted')).toBe('KEY_MALFORMED')
      }
      await page.evaluate(() =>
        Promise.all([suite.foreignDatabase('foreign-1', 1), suite.foreignDatabase('foreign-2', 2)]),
      )
      expect(await fails('any', 'foreign-1')).toBe('CONFIG_INVALID')
      expect(await fails('any', 'foreign-2')).toBe('CONFIG_INVALID')
    })

    test.each([
      ['without any key pair', withoutKeyPairs, undefined],
      ['without IndexedDB', withoutIndexedDb, undefined],
      ['outside a secure context', undefined, 'http://insecure.test'],
    ])('a key is refused %s', async (_name, before, origin) => {
      const page = await load(before, origin && `${origin}:${at.port}`)
      expect(await page.evaluate(() => suite.openFailure({ name: 'any' }))).toBe('KEY_UNSUPPORTED')
    })

    test('needs a name and algorithms that are some', async () => {
      const page = await load()
      for (const bad of [
        { name: '' },
        { name: 'x'.repeat(129) },
        { name: 1 as never },
        { name: 'x', database: '' },
        { name: 'x', algorithms: [] },
        { name: 'x', algorithms: ['hmac-sha256' as never] },
        { name: 'x', keyId: 'a key' },
      ]) {
        expect(await page.evaluate((given) => suite.openFailure(given), bad)).toBe('ARGUMENT_INVALID')
      }
    })
  })

  describe('software keys on the portable backend', () => {
    test('a shared secret signs what Node accepts, and a wrong one does not', async () => {
      const page = await load()
      const secret = randomBytes(32)
      at.register(hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret }), 'carol')
      const order = (bytes: Uint8Array) =>
        page.evaluate((given) => suite.orderWithSecret('bot-1', given, 'é'), [...bytes])
      expect(await order(secret)).toEqual({ status: 200, text: 'carol: é' })
      expect(await order(randomBytes(32))).toHaveProperty('status', 401)
      expect(at.codes.slice(-1)).toEqual(['SIGNATURE_INVALID'])
    })

    test.each(['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'] as const)(
      '%s signs what Node accepts',
      async (algorithm) => {
        const page = await load()
        const { signingKey, verifyingKey } = await generateKeyPair(algorithm as 'ed25519', {
          keyId: `soft-${algorithm}`,
        })
        at.register(verifyingKey, 'dave')
        const jwk = await exportPrivateKey(signingKey, 'jwk')
        const given = [signingKey.keyId, algorithm, jwk as JsonWebKey] as const
        const answer = await page.evaluate(([id, name, key]) => suite.orderWithJwk(id, name, key, 'text'), given)
        expect(answer).toEqual({ status: 200, text: 'dave: text' })
      },
    )

    test('every algorithm signs and verifies', async () => {
      const page = await load(withoutEd25519)
      for (const algorithm of Object.keys(ALGORITHMS) as Algorithm[]) {
        expect(await page.evaluate((name) => suite.roundTrip(name), algorithm), algorithm).toEqual([true, false])
      }
    }, 60_000)

    test('every signature of RFC 9421 verifies, and the deterministic ones are made again', async () => {
      const page = await load(withoutEd25519)
      for (const { section, keyId, base, signature } of PUBLISHED_SIGNATURES) {
        const key = PUBLISHED_KEYS.find((one) => one.keyId === keyId)
        if (key === undefined) throw new Error(`no key ${keyId}`)
        const published: Published = {
          section,
          base,
          algorithm: key.algorithm,
          publicPem: key.publicPem,
          secret: key.secret === undefined ? undefined : [...Buffer.from(key.secret, 'base64')],
          jwk: key.jwk,
          signature: [...Buffer.from(signature, 'base64')],
        }
        expect(await page.evaluate((given) => suite.check(given), published), section).toEqual([])
      }
    }, 60_000)
  })

  test('a vault goes from Node to a page and back, and a wrong passphrase opens it in neither', async () => {
    const page = await load()
    const passphrase = 'correct horse battery staple'
    const ours = await sealVault({ okx: Secret.fromText('first') }, { passphrase, workFactor: 14 })
    const given = [ours, passphrase] as const
    expect(await page.evaluate(([vault, text]) => suite.unseal(vault, text), given)).toEqual([['okx', 'first']])
    expect(await page.evaluate(([vault]) => suite.unsealFailure(vault, 'wrong'), given)).toBe('KEY_PASSPHRASE')
    expect(await page.evaluate(([vault, text]) => suite.unsealFailure(vault.slice(9), text), given)).toBe(
      'STORE_CORRUPTED',
    )
    const theirs = await page.evaluate(([, text]) => suite.seal('kraken', 'second', text), given)
    const entries = await openVault(theirs, { passphrase })
    expect([...entries].map(([name, secret]) => [name, new TextDecoder().decode(secret.reveal())])).toEqual([
      ['kraken', 'second'],
    ])
    await page.close()
  }, 60_000)
})
