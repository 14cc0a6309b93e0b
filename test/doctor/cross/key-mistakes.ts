import { createHash, createHmac } from 'node:crypto'
import { base64, base64Decode, hexDecode, utf8, utf8Decode } from '../../../src/crypto/encoding.js'
import type { Bytes } from '../../../src/crypto/key.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { mac, type Source } from './source.js'

/** A request whose key or signature is made wrongly; `undefined` where the source has no such thing. */
export interface KeyMistakeOf {
  readonly name: string
  readonly causes: RegExp
  readonly make: (source: Source, message: HttpRequest) => HttpRequest | undefined
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The MAC with other bytes of the secret. */
const secret = (
  name: string,
  causes: RegExp,
  bytes: (secret: string, source: Source) => Uint8Array | undefined,
): KeyMistakeOf => ({
  name,
  causes,
  make: (source, message) => {
    const { shared } = source
    const key = shared && bytes(shared.secret, source)
    if (shared === undefined || key === undefined) return undefined
    return source.sign(message, { sign: (base) => mac(shared.hash, key, base) }).request
  },
})

const asText = (name: string, causes: RegExp, change: (text: string) => string | undefined): KeyMistakeOf =>
  secret(name, causes, (text, { shared }) => {
    // Around base64 that is decoded a line break is of no account.
    const changed = shared?.reading === 'utf8' ? change(text) : undefined
    return changed === undefined || changed === text ? undefined : utf8(changed)
  })

const rightBytes = ({ shared }: Source): Uint8Array | undefined =>
  shared === undefined
    ? undefined
    : shared.reading === 'utf8'
      ? utf8(shared.secret)
      : shared.reading === 'hex'
        ? hexDecode(shared.secret)
        : base64Decode(shared.secret.replace(/^whsec_/, ''))

/** Another function than the scheme's. */
const hash = (
  name: string,
  causes: RegExp,
  make: (key: Uint8Array, base: Bytes, own: string) => Uint8Array | undefined,
): KeyMistakeOf => ({
  name,
  causes,
  make: (source, message) => {
    const key = rightBytes(source)
    const own = source.shared?.hash
    if (key === undefined || own === undefined || make(key, 'x', own) === undefined) return undefined
    return source.sign(message, { sign: (base) => make(key, base, own) as Uint8Array }).request
  },
})

const bytesOf = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)
const digest = (name: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const made = createHash(name)
  for (const one of parts) made.update(one)
  return new Uint8Array(made.digest())
}

/** The text of the signature in another form. */
const form = (
  name: string,
  change: (signature: Uint8Array, was: 'hex' | 'base64', text: string) => string | undefined,
  causes = /signature-(?:form|base64url|der|without-colons|length|plus|quoted|unpadded)|digits-case/,
): KeyMistakeOf => ({
  name,
  causes,
  make: (source, message) => {
    const { request, signature } = source.sign(message)
    for (const [was, text] of [
      ['hex', hex(signature)],
      ['hex', hex(signature).toUpperCase()],
      ['base64', base64(signature)],
    ] as const)
      for (const written of [text, encodeURIComponent(text)]) {
        const put = (all: string): string => all.replace(written, () => changed as string)
        const changed = change(signature, was, written)
        const found = whole(request).includes(written)
        if (!found) continue
        if (changed === undefined || changed === written) return undefined
        return {
          ...request,
          target: put(request.target),
          fields: request.fields.map(put),
          body: request.body instanceof Uint8Array ? utf8(put(utf8Decode(request.body) ?? '')) : request.body,
        }
      }
    return undefined
  },
})

const whole = ({ target, fields, body }: HttpRequest): string =>
  [target, ...fields, body instanceof Uint8Array ? utf8Decode(body) : ''].join('\n')

const ENCODING = /secret-(?:encoding|reading|prefix)/

export const KEY_MISTAKES: readonly KeyMistakeOf[] = [
  asText('a line break behind the secret', /secret-line-break/, (text) => `${text}\n`),
  asText('CRLF behind the secret', /secret-line-break/, (text) => `${text}\r\n`),
  asText('a space before the secret', /secret-line-break/, (text) => ` ${text}`),
  asText('a tab behind the secret', /secret-line-break/, (text) => `${text}\t`),
  asText('a byte order mark before the secret', /secret-line-break/, (text) => `\ufeff${text}`),
  asText('quotes around the secret', /secret-quotes/, (text) => `"${text}"`),
  asText('single quotes around the secret', /secret-quotes/, (text) => `'${text}'`),
  asText('angle brackets around the secret', /secret-(?:quotes|placeholder)/, (text) => `<${text}>`),
  asText('the secret in small letters', /secret-changed/, (text) => text.toLowerCase()),
  asText('the secret in capitals', /secret-changed/, (text) => text.toUpperCase()),
  asText('the secret without its last character', /secret-changed/, (text) => text.slice(0, -1)),
  asText('the secret without its first character', /secret-changed/, (text) => text.slice(1)),
  asText('the secret twice', /secret-changed/, (text) => text + text),
  asText(
    'the name of the variable before the secret',
    /secret-(?:changed|placeholder|prefix)/,
    (text) => `SECRET=${text}`,
  ),
  secret('the secret not decoded', ENCODING, (text, { shared }) =>
    shared?.reading === 'utf8' ? undefined : utf8(text),
  ),
  secret('the secret decoded from base64', ENCODING, (text, { shared }) =>
    shared?.reading === 'utf8' ? base64Decode(text) : undefined,
  ),
  secret('the secret decoded from hexadecimal', ENCODING, (text, { shared }) =>
    shared?.reading === 'utf8' ? hexDecode(text.toLowerCase()) : undefined,
  ),
  secret('the secret in base64 once more', ENCODING, (text, { shared }) =>
    shared?.reading === 'utf8' ? utf8(base64(utf8(text))) : undefined,
  ),
  secret('the secret hashed', /secret-(?:encoding|hashed|changed)/, (text) => digest('sha256', utf8(text))),
  secret('the hash of the secret as text', /secret-(?:encoding|hashed|changed)/, (text) =>
    utf8(hex(digest('sha256', utf8(text)))),
  ),
  secret('the key id for the secret', /secret-swapped/, (_, source) => {
    const { request } = source.sign(source.messages[0] as HttpRequest)
    // A webhook names no key, also where its own words hold the name.
    return source.family !== 'webhooks' && JSON.stringify(request).includes(source.keyId)
      ? utf8(source.keyId)
      : undefined
  }),
  secret('the passphrase for the secret', /secret-swapped/, (_, { options }) =>
    options.passphrase === undefined ? undefined : utf8(options.passphrase),
  ),
  secret('a secret that is not set', /secret-unset/, () => utf8('undefined')),
  secret('an empty secret', /secret-unset/, () => new Uint8Array(0)),
  secret('None for the secret', /secret-unset/, () => utf8('None')),
  // Nothing in a request gives another secret away: that nothing else leads to it is what can be found.
  secret('the secret of another environment', /no-hypothesis|environment/, () =>
    utf8('another-secret-0123456789abcdef'),
  ),
  hash('SHA-1 for the hash', /^algorithm$/, (key, base, own) => (own === 'sha1' ? undefined : mac('sha1', key, base))),
  hash('MD5 for the hash', /^algorithm$/, (key, base) => new Uint8Array(createHmac('md5', key).update(base).digest())),
  hash('SHA-256 for the hash', /^algorithm$/, (key, base, own) =>
    own === 'sha256' ? undefined : mac('sha256', key, base),
  ),
  hash('SHA-384 for the hash', /^algorithm$/, (key, base, own) =>
    own === 'sha384' ? undefined : mac('sha384', key, base),
  ),
  hash('SHA-512 for the hash', /^algorithm$/, (key, base, own) =>
    own === 'sha512' ? undefined : mac('sha512', key, base),
  ),
  hash('a hash without a key', /hash|algorithm/, (_, base, own) => digest(own, bytesOf(base))),
  hash('the hash of secret and text', /hash|algorithm/, (key, base, own) => digest(own, key, bytesOf(base))),
  hash('the hash of text and secret', /hash|algorithm/, (key, base, own) => digest(own, bytesOf(base), key)),
  hash('key and text swapped', /swapped|arguments|hash|secret/, (key, base, own) => mac(own, bytesOf(base), key)),
  hash('the MAC of the hash', /hash/, (key, base, own) => mac(own, key, digest(own, bytesOf(base)))),
  hash('the MAC of the hash as text', /hash/, (key, base, own) => mac(own, key, utf8(hex(digest(own, bytesOf(base)))))),
  hash('the MAC of the text in base64', /base64/, (key, base, own) => mac(own, key, utf8(base64(bytesOf(base))))),
  form('base64 for hexadecimal', (bytes, was) => (was === 'hex' ? base64(bytes) : undefined)),
  form('hexadecimal for base64', (bytes, was) => (was === 'base64' ? hex(bytes) : undefined)),
  form('hexadecimal in the other case', (_, was, text) =>
    was !== 'hex' ? undefined : text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase(),
  ),
  form('URL-safe base64', (bytes, was) => (was === 'base64' ? Buffer.from(bytes).toString('base64url') : undefined)),
  form('base64 without padding', (_, was, text) => (was === 'base64' ? text.replace(/=+$|(?:%3D)+$/, '') : undefined)),
  form('base64 of the hexadecimal text', (bytes) => base64(utf8(hex(bytes)))),
  form(
    'quotes around the signature',
    (_, __, text) => `"${text}"`,
    /signature-(?:form|quoted)|header-quoted|authorization-form/,
  ),
  form('0x before the signature', (_, was, text) => (was === 'hex' ? `0x${text}` : undefined)),
  form(
    'the signature as Python bytes',
    (_, __, text) => `b'${text}'`,
    /signature-(?:form|quoted)|header-quoted|authorization-form/,
  ),
  form('a signature that is encoded twice', (_, was, text) =>
    was === 'base64' ? encodeURIComponent(encodeURIComponent(text)) : undefined,
  ),
  form(
    'a signature that was cut off',
    (_, __, text) => text.slice(0, -4),
    /signature-(?:form|length|cut)|auth-malformed|not-base64/,
  ),
]
