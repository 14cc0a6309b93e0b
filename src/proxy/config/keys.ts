import { loadSecret, secretText, signingKeyFrom } from '../../client/load-secret.js'
import { ALGORITHMS, type Algorithm, isAlgorithm, nearAlgorithm } from '../../crypto/algorithm.js'
import { EXCHANGES } from '../../doctor/exchanges.js'
import { unknownExchange } from '../../doctor/unknown-exchange.js'
import { importExchangeKey } from '../../exchange/keys/import-key.js'
import type { ExchangeKeyType } from '../../exchange/keys/key-types.js'
import { rfc9421Signer } from '../../schemes/rfc9421/custom-signer.js'
import type { Signer } from '../../schemes/scheme.js'
import { defined } from '../../support/defined.js'
import { type Checks, PLACE } from './checks.js'
import type { Path } from './jsonc.js'

/** What reading a key takes from the outside. */
export interface KeyWorld {
  readonly env?: Readonly<Record<string, string | undefined>>
}

const RFC9421 = [
  ...['keyId', 'algorithm', 'key', 'passphrase', 'label', 'tag', 'expiresInMs', 'alg', 'components', 'whenPresent'],
]
const EXCHANGE = [
  ...['exchange', 'environment', 'variant', 'apiKey', 'secret', 'key', 'keyType', 'passphrase', 'keyPassphrase'],
  ...['origin', 'baseUrl', 'recvWindow', 'options'],
]
const KEY_TYPES: readonly string[] = ['ed25519', 'ecdsa-p256', 'rsa', 'rsa-pss']

/** A signer of the configuration. The key is read now: what cannot be read is found before anything listens. */
export function readKey(checks: Checks, path: Path, value: unknown, world: KeyWorld): Promise<Signer | undefined> {
  const isExchange = typeof value === 'object' && value !== null && 'exchange' in value
  return isExchange ? readExchange(checks, path, value, world) : readRfc9421(checks, path, value, world)
}

async function readRfc9421(checks: Checks, path: Path, value: unknown, world: KeyWorld): Promise<Signer | undefined> {
  const members = checks.members(path, value, RFC9421)
  if (members === undefined) return undefined
  const at = (name: string): Path => [...path, name]
  const keyId = checks.text(at('keyId'), members['keyId'], 'what the server knows the key by')
  const algorithm = algorithmOf(checks, at('algorithm'), members['algorithm'])
  const place = checks.place(at('key'), members['key'])
  const passphrase = checks.place(at('passphrase'), members['passphrase'])
  const label = checks.text(at('label'), members['label'], 'text')
  const tag = checks.text(at('tag'), members['tag'], 'text')
  const expiresInMs = checks.integer(at('expiresInMs'), members['expiresInMs'], 1_000, 86_400_000)
  const alg = checks.flag(at('alg'), members['alg'])
  // A list of one's own covers at least what the preset does: a file has no name for less.
  const lists = Object.fromEntries(
    ['components', 'whenPresent'].flatMap((name) => {
      if (members[name] === undefined) return []
      const list = checks.list(at(name), members[name])
      return [
        [name, list.map((one, i) => checks.text([...at(name), i], one, 'a component such as "@method" or "date"'))],
      ]
    }),
  )
  if (Object.values(lists).some((list) => list.includes(undefined))) return undefined
  for (const name of ['keyId', 'algorithm', 'key'])
    if (members[name] === undefined) checks.wrong(path, `must have "${name}"`)
  if (keyId === undefined || algorithm === undefined || place === undefined) return undefined
  const key = await checks.attempt(at('key'), () =>
    signingKeyFrom(place, defined({ keyId, algorithm, ...world, passphrase })),
  )
  if (key === undefined) return undefined
  return checks.attempt(path, () => rfc9421Signer(defined({ key, ...lists, label, tag, expiresInMs, alg })))
}

/** An algorithm by its name. */
export function algorithmOf(checks: Checks, path: Path, value: unknown): Algorithm | undefined {
  const text = checks.text(path, value, 'the name of an algorithm')
  if (text === undefined || isAlgorithm(text)) return text as Algorithm | undefined
  const near = nearAlgorithm(text, Object.keys(ALGORITHMS))
  checks.wrong(
    path,
    `must be one of ${Object.keys(ALGORITHMS).join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  )
  return undefined
}

async function readExchange(checks: Checks, path: Path, value: unknown, world: KeyWorld): Promise<Signer | undefined> {
  const members = checks.members(path, value, EXCHANGE) ?? {}
  const at = (name: string): Path => [...path, name]
  const name = checks.text(at('exchange'), members['exchange'], 'the name of an exchange')
  const factory = name !== undefined && Object.hasOwn(EXCHANGES, name) ? EXCHANGES[name] : undefined
  if (name !== undefined && factory === undefined) checks.wrong(at('exchange'), unknownExchange(name, '"'))
  const texts = Object.fromEntries(
    ['environment', 'variant', 'origin', 'baseUrl'].flatMap((one) => {
      const text = checks.text(at(one), members[one], 'text')
      return text === undefined ? [] : [[one, text]]
    }),
  )
  const secret = checks.place(at('secret'), members['secret'])
  const keyPlace = checks.place(at('key'), members['key'])
  const passphrase = checks.place(at('passphrase'), members['passphrase'])
  const keyPassphrase = checks.place(at('keyPassphrase'), members['keyPassphrase'])
  const apiKey = checks.text(at('apiKey'), members['apiKey'], 'the API key, or the place where it is kept')
  const keyType = checks.text(at('keyType'), members['keyType'], 'the type of the private key')
  const own = checks.members(at('options'), members['options'], Object.keys(Object(members['options'])))
  if (apiKey === undefined) checks.wrong(path, 'must have "apiKey"')
  if ((secret === undefined) === (keyPlace === undefined))
    checks.wrong(path, 'must have either "secret" or "key", where the secret or the private key is kept')
  if (keyPlace !== undefined && (keyType === undefined || !KEY_TYPES.includes(keyType)))
    checks.wrong(at('keyType'), `must be one of ${KEY_TYPES.join(', ')}`)
  if (factory === undefined || apiKey === undefined || checks.failed) return undefined
  const shownKey = PLACE.test(apiKey) ? await checks.attempt(at('apiKey'), () => secretText(apiKey, world)) : apiKey
  const phrase = passphrase && (await checks.attempt(at('passphrase'), () => secretText(passphrase, world)))
  const more = defined({ ...texts, ...own, recvWindow: members['recvWindow'], passphrase: phrase })
  const material = await checks.attempt(at(secret === undefined ? 'key' : 'secret'), () =>
    loadSecret((secret ?? keyPlace) as string, world),
  )
  if (shownKey === undefined || material === undefined) return undefined
  return checks.attempt(path, async () => {
    if (secret !== undefined) return factory({ apiKey: shownKey, secret: material, ...more })
    const key = await importExchangeKey(material, {
      apiKey: shownKey,
      type: keyType as ExchangeKeyType,
      passphrase: keyPassphrase === undefined ? undefined : await loadSecret(keyPassphrase, world),
    })
    return factory({ key, ...more })
  })
}
