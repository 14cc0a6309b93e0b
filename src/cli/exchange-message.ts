import { importVerifyingKey } from '../crypto/import.js'
import type { VerifyingKey } from '../crypto/key.js'
import { randomNonce } from '../crypto/random.js'
import type { Secret } from '../crypto/secret.js'
import { EXCHANGE_KEYS, type ExchangeKeyType } from '../exchange/keys/key-types.js'
import { secretKeyOf } from '../exchange/spec/shared-secret.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import { type ExchangeVerifyScheme, exchangeVerifier } from '../exchange/verifier/verifier.js'
import { signPrepared } from '../schemes/scheme.js'
import type { KeySource } from '../server/key-source.js'
import { defined } from '../support/defined.js'
import { messageOf } from './answered.js'
import { accountOf, apiKeyOf, ownOptions } from './exchange-signer.js'
import { exchangeOf } from './exchanges.js'
import { inputOf, readText } from './input.js'
import type { RawRequest } from './raw-message.js'
import { optionalSecret } from './secrets.js'
import type { SignedMessage } from './signed-message.js'
import { usage } from './usage.js'
import { publicMaterial } from './verifying-key.js'
import { type Call, type Options, textOf, type World } from './world.js'

async function requestOf(call: Call): Promise<RawRequest> {
  const raw = await messageOf(await inputOf(call), call.options)
  return 'request' in raw ? raw : usage('no exchange signs its responses: the message must be a request')
}

/** A raw request, signed as it stands by an exchange's rules: they may put signature and time into query or body. */
export async function signedMessage(call: Call): Promise<SignedMessage> {
  const signer = await accountOf(call.world, call.options)
  const raw = await requestOf(call)
  signer.service.assertOwn?.(raw.request)
  const { keyId, algorithm } = signer.key
  const nonce = signer.service.nonces?.next(keyId) ?? randomNonce()
  const prepared = signer.scheme.prepare(raw.request, { keyId, algorithm, nowMs: signer.service.clock.now(), nonce })
  const request = await signPrepared(prepared, signer.key)
  const { base, covered } = prepared.trace()
  return { raw: { ...raw, request: withLength(raw, request) }, base, keyId, algorithm, covered }
}

/** Where the rules wrote into the body, the length that was given is that of another one. */
function withLength({ request: { body: before } }: RawRequest, request: RawRequest['request']): RawRequest['request'] {
  const { body, fields } = request
  if (body === before || !(body instanceof Uint8Array)) return request
  const length = String(body.length)
  return {
    ...request,
    fields: fields.map((text, i) => (i % 2 === 1 && /^content-length$/i.test(fields[i - 1] ?? '') ? length : text)),
  }
}

/** What a request of an exchange is judged with. */
export interface ExchangeSide {
  readonly raw: RawRequest
  readonly scheme: ExchangeVerifyScheme
  readonly keys: KeySource
}

/** The verifying side of an exchange, with the key of one account. */
export async function exchangeSide(call: Call): Promise<ExchangeSide> {
  const { world, options } = call
  const name = textOf(options, 'exchange') as string
  const variant = textOf(options, 'variant')
  const exchange = exchangeOf(name)(defined({ variant, ...ownOptions(options) }))
  const { spec } = exchange
  const scheme = exchangeVerifier(exchange)
  const make = await keyMaker(world, options, spec)
  const passphrase = await passphraseOf(world, options, spec)
  const only = textOf(options, 'apiKey') === undefined ? undefined : await apiKeyOf(world, options, name)
  // A key that cannot be read is a mistake of the command line, and no verdict.
  await make(only ?? 'unnamed')
  const keys: KeySource = {
    get: async (keyId) =>
      only === undefined || keyId === only ? defined({ key: await make(keyId), passphrase }) : undefined,
  }
  return { raw: await requestOf(call), scheme, keys }
}

async function passphraseOf(
  world: World,
  options: Options,
  { name, passphrase }: ExchangeSpec,
): Promise<Secret | undefined> {
  const secret = await optionalSecret(world, options, 'passphrase', '--passphrase')
  if (passphrase === undefined && secret !== undefined) usage(`--passphrase must be left out: ${name} has none`)
  if (passphrase !== undefined && secret === undefined)
    usage(`--passphrase is missing: where the passphrase of the ${name} account is kept`)
  return secret
}

type KeyMaker = (keyId: string) => VerifyingKey | Promise<VerifyingKey>

async function keyMaker(world: World, options: Options, spec: ExchangeSpec): Promise<KeyMaker> {
  const path = textOf(options, 'publicKey')
  if (path !== undefined) {
    const type = textOf(options, 'keyType') ?? usage(`--key-type is missing: ${Object.keys(EXCHANGE_KEYS).join(', ')}`)
    if (!Object.hasOwn(EXCHANGE_KEYS, type)) usage(`--key-type must be one of ${Object.keys(EXCHANGE_KEYS).join(', ')}`)
    const { algorithm } = EXCHANGE_KEYS[type as ExchangeKeyType]
    if (!Object.hasOwn(spec.keys, algorithm)) usage(`--key-type must be one that ${spec.name} has`)
    const material = publicMaterial(await readText(path))
    return (keyId) => importVerifyingKey(material, { keyId, algorithm })
  }
  const secret = await optionalSecret(world, options, 'secret', '--secret')
  if (secret === undefined)
    return usage(`--secret is missing: where the secret of ${spec.name} is kept (or --public-key, of a key pair)`)
  return (apiKey) => secretKeyOf(spec, { apiKey, secret })
}
