// What the page of the browser tests loads: bundled for a browser, so the portable backend is what runs.
import {
  type Algorithm,
  createSignedFetch,
  generateKeyPair,
  generateSecret,
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  isCountersignError,
  rfc9421,
  Secret,
  type SigningKey,
  type VerifyingKey,
} from 'countersign'
import { type BrowserKey, type BrowserKeyOptions, browserKey } from 'countersign/client/browser-key'
import type { HmacAlgorithm } from 'countersign/crypto'
import { openVault, sealVault } from 'countersign/crypto/vault'

/** A published signature with its key, as plain data. */
export interface Published {
  readonly section: string
  readonly algorithm: Algorithm
  readonly publicPem: string | undefined
  readonly secret: readonly number[] | undefined
  readonly jwk: JsonWebKey | undefined
  readonly base: string
  readonly signature: readonly number[]
}

/** What a page says about a signed request. */
export interface Answer {
  readonly status: number
  readonly text: string
}

let held: BrowserKey | undefined

const signer = (): SigningKey => {
  if (held === undefined) throw new Error('open the key first')
  return held.signingKey
}

/** A call that signs with a key and goes to this page's server. */
async function order(key: SigningKey, body: string): Promise<Answer> {
  const signedFetch = createSignedFetch(rfc9421({ key }), { origins: [location.origin] })
  const response = await signedFetch('/api/orders?from=page', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return { status: response.status, text: await response.text() }
}

/** The error's code or name of a promise that must fail. */
const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it worked',
    (error) => (isCountersignError(error) ? error.code : (error as Error).name),
  )

/** The record as any script of the page can read it. */
const storedRecord = (database: string, name: string): Promise<Record<string, CryptoKey> | undefined> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(database)
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const reading = opening.result.transaction('keys').objectStore('keys').get(name)
      reading.onerror = () => reject(reading.error)
      reading.onsuccess = () => {
        opening.result.close()
        resolve(reading.result)
      }
    }
  })

const suite = {
  async open(options: BrowserKeyOptions) {
    held = await browserKey(options)
    const { algorithm, publicKey, signingKey } = held
    return { algorithm, keyId: signingKey.keyId, ...publicKey, raw: [...publicKey.raw] }
  },
  openFailure: (options: BrowserKeyOptions): Promise<string> => failureOf(browserKey(options)),
  /** Many at once: all must come to the same key. */
  async race(options: BrowserKeyOptions, times: number): Promise<string[]> {
    const keys = await Promise.all(Array.from({ length: times }, () => browserKey(options)))
    return keys.map((key) => key.publicKey.thumbprint)
  },
  order: (body: string): Promise<Answer> => order(signer(), body),
  remove: (): Promise<void> | undefined => held?.delete(),
  has: async (database: string, name: string): Promise<boolean> => (await storedRecord(database, name)) !== undefined,
  /** Every way out that WebCrypto has, on the key object itself. */
  async theft(database: string, name: string): Promise<string[]> {
    const { privateKey } = (await storedRecord(database, name)) ?? {}
    if (privateKey === undefined) throw new Error('no key is stored')
    const wrapping = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['wrapKey'])
    const how = { name: 'AES-GCM', iv: new Uint8Array(12) }
    return Promise.all([
      ...(['jwk', 'pkcs8', 'raw'] as const).map((format) => failureOf(crypto.subtle.exportKey(format, privateKey))),
      failureOf(crypto.subtle.wrapKey('jwk', privateKey, wrapping, how)),
      Promise.resolve(JSON.stringify([privateKey, held])),
    ])
  },
  /** Puts something else where the key lies. */
  plant: (database: string, name: string, extractable: boolean | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
      crypto.subtle.generateKey(parameters, extractable === true, ['sign', 'verify']).then((pair) => {
        const opening = indexedDB.open(database, 1)
        opening.onupgradeneeded = () => opening.result.createObjectStore('keys')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const writing = opening.result.transaction('keys', 'readwrite')
          const keys = extractable === undefined ? {} : pair
          writing.objectStore('keys').put({ algorithm: 'ecdsa-p256-sha256', thumbprint: 'planted', ...keys }, name)
          writing.oncomplete = () => {
            opening.result.close()
            resolve()
          }
        }
      }, reject)
    }),
  /** A database that belongs to something else. */
  foreignDatabase: (database: string, version: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open(database, version)
      opening.onupgradeneeded = () => opening.result.createObjectStore('other')
      opening.onerror = () => reject(opening.error)
      opening.onsuccess = () => {
        opening.result.close()
        resolve()
      }
    }),
  orderWithSecret: (keyId: string, secret: readonly number[], body: string): Promise<Answer> =>
    order(hmacKey({ keyId, algorithm: 'hmac-sha256', secret: Uint8Array.from(secret) }), body),
  orderWithJwk: async (keyId: string, algorithm: Algorithm, jwk: JsonWebKey, body: string): Promise<Answer> =>
    order(await importSigningKey(jwk as object, { keyId, algorithm }), body),
  /** Whether a published signature verifies, fails when changed, and (where it is deterministic) comes out again. */
  async check({ algorithm, publicPem, secret, jwk, base, signature }: Published): Promise<string[]> {
    const keyId = 'published'
    const bytes = Uint8Array.from(signature)
    const shared = secret && hmacKey({ keyId, algorithm: algorithm as HmacAlgorithm, secret: Uint8Array.from(secret) })
    const key: VerifyingKey = shared ?? (await importVerifyingKey(publicPem as string, { keyId, algorithm }))
    const signingKey: SigningKey | undefined =
      shared ?? (jwk && (await importSigningKey(jwk as object, { keyId, algorithm })))
    const changed = bytes.slice()
    changed[5] = (changed[5] as number) ^ 1
    const wrong: string[] = []
    if (!(await key.verify(base, bytes))) wrong.push('does not verify')
    if (await key.verify(base, changed)) wrong.push('verifies when changed')
    if (await key.verify(`${base} `, bytes)) wrong.push('verifies another base')
    const made = await signingKey?.sign(base)
    const deterministic = algorithm === 'ed25519' || algorithm === 'rsa-v1_5-sha256' || shared !== undefined
    if (deterministic && String(made) !== String(bytes)) wrong.push('is not made again')
    if (made !== undefined && !(await key.verify(base, made))) wrong.push('does not verify its own signature')
    return wrong
  },
  /** A new key of any algorithm signs and verifies. */
  async roundTrip(algorithm: Algorithm): Promise<boolean[]> {
    const keyId = 'new'
    const shared = algorithm.startsWith('hmac-')
      ? hmacKey({ keyId, algorithm: algorithm as HmacAlgorithm, secret: generateSecret(algorithm as HmacAlgorithm) })
      : undefined
    const pair = shared === undefined ? await generateKeyPair(algorithm as 'rsa-pss-sha512', { keyId }) : undefined
    const signingKey = (shared ?? pair?.signingKey) as SigningKey
    const verifyingKey = (shared ?? pair?.verifyingKey) as VerifyingKey
    const signature = await signingKey.sign('text')
    return [await verifyingKey.verify('text', signature), await verifyingKey.verify('test', signature)]
  },
  seal: (name: string, text: string, passphrase: string): Promise<string> =>
    sealVault({ [name]: Secret.fromText(text) }, { passphrase, workFactor: 14 }),
  async unseal(vault: string, passphrase: string): Promise<[string, string][]> {
    const entries = await openVault(vault, { passphrase })
    return [...entries].map(([name, secret]) => [name, new TextDecoder().decode(secret.reveal())])
  },
  unsealFailure: (vault: string, passphrase: string): Promise<string> => failureOf(openVault(vault, { passphrase })),
}

/** What tests call inside the page. */
export type Suite = typeof suite

Object.assign(globalThis, { suite })
