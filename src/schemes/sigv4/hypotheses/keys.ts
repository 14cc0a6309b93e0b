import { hmacSha256 } from '#backend/hmac'
import { hex, utf8 } from '../../../crypto/encoding.js'
import type { Bytes } from '../../../crypto/key.js'
import { joinBytes } from '../../../support/bytes.js'
import type { KeyFault, KeyReading } from '../../scheme/scheme-reading.js'
import { AWS4A } from '../sigv4a-variant.js'
import type { Variant } from '../variant.js'

type Chain = (start: Uint8Array, parts: readonly string[]) => Uint8Array

const chain: Chain = (start, parts) => {
  let key = start
  for (const part of parts) key = hmacSha256(key).sign(part)
  return key
}

// As many scopes as are tried of one request.
const MOST = 64

/** A function that derives the key of the scope that stands in the text, as `derive` does it. */
const byScope =
  (
    { isTimed, secretPrefix }: Variant,
    derive: Chain,
    prefix = secretPrefix,
    scopeOf = (parts: readonly string[]) => parts,
    fixed?: string,
  ) =>
  (secret: Uint8Array) => {
    const start = joinBytes([utf8(prefix), secret])
    const known = new Map<string, ReturnType<typeof hmacSha256>>()
    return (base: Bytes): Uint8Array => {
      const text = typeof base === 'string' ? base : ''
      const at = text.indexOf('\n') + 1
      const from = isTimed ? text.indexOf('\n', at) + 1 : at
      const area = fixed ?? text.slice(from, text.indexOf('\n', from))
      let mac = known.get(area)
      if (mac === undefined) {
        mac = hmacSha256(derive(start, scopeOf(area.split('/'))))
        if (known.size < MOST) known.set(area, mac)
      }
      return mac.sign(base)
    }
  }

// Of AWS and of those that took its signature over.
const PREFIXES = ['AWS4', 'GOOG4', 'TC3', 'aliyun_v4']
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'auto']
const SERVICES = ['s3', 'execute-api', 'es', 'iam', 'sts', 'dynamodb']

function dayAway(day: string, away: number): string {
  const dashed = day.includes('-')
  const iso = dashed ? day : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`
  const at = Date.parse(`${iso}T00:00:00Z`)
  if (Number.isNaN(at)) return day
  const other = new Date(at + away * 86_400_000).toISOString().slice(0, 10)
  return dashed ? other : other.replaceAll('-', '')
}

/** The public half of the pair that AWS derives from an access key for Version 4A. The curve is loaded only where one is there. */
async function derivedPair(accessKeyId: string, secretAccessKey: string): Promise<string | undefined> {
  const [{ exportPublicKey }, { sigv4aKey }] = await Promise.all([
    import('../../../crypto/export.js'),
    import('../sigv4a.js'),
  ])
  try {
    return exportPublicKey(sigv4aKey({ accessKeyId, secretAccessKey, allowShortSecret: true }).verifyingKey, 'pem')
  } catch {
    return undefined
  }
}

/** What signs: the key of the scope, and what programs use in its place; for a text without a scope that of `area`. */
export function keysOf(variant: Variant, keyId = '', area?: string): KeyReading {
  const replaced = (at: number, value: string) => (parts: readonly string[]) =>
    parts.map((part, index) => (index === at ? value : part))
  const plain = { algorithms: [variant.algorithm], bytes: utf8, reading: 'as its characters' }
  if (variant === AWS4A)
    return { ...plain, publicKey: (text) => (text.includes('-----') ? undefined : derivedPair(keyId, text)) }
  if (variant.algorithm !== 'hmac-sha256' || variant.scope === undefined) return plain
  const fault = (detail: string): KeyFault => ({
    id: 'key-derivation',
    cause: 'The key was derived from the secret in another way.',
    fix: `Key: HMAC of the day with "${variant.secretPrefix}" and the secret as its key, then of each other part of the scope in its order, each with the bytes of the one before.`,
    detail,
  })
  const by = (
    derive: Chain,
    prefix = variant.secretPrefix,
    scopeOf?: (parts: readonly string[]) => readonly string[],
  ) => byScope(variant, derive, prefix, scopeOf, area)
  return {
    ...plain,
    functions: [
      { make: by(chain) },
      { make: by(chain, ''), fault: fault('without the prefix before the secret') },
      ...PREFIXES.filter((one) => one !== variant.secretPrefix).map((one) => ({
        make: by(chain, one),
        fault: fault(`with "${one}" before the secret, where "${variant.secretPrefix}" belongs`),
      })),
      {
        make: by((start, parts) =>
          parts.reduce<Uint8Array>((key, part) => utf8(hex(hmacSha256(key).sign(part))), start),
        ),
        fault: fault('each step as hexadecimal text, not as bytes'),
      },
      {
        make: by((start, parts) => chain(start, parts.slice(0, -1))),
        fault: fault('without the last step'),
      },
      {
        make: by((start, parts) => utf8(hex(chain(start, parts)))),
        fault: fault('the hexadecimal text of the key'),
      },
      ...[-1, 1].map((away) => ({
        make: by(chain, variant.secretPrefix, (parts) => [dayAway(parts[0] ?? '', away), ...parts.slice(1)]),
        fault: fault(`of the day ${away < 0 ? 'before' : 'after'}: a key is good for one day`),
      })),
      ...REGIONS.map((one) => ({
        make: by(chain, variant.secretPrefix, replaced(1, one)),
        fault: fault(`of the region ${one}`),
      })),
      ...SERVICES.map((one) => ({
        make: by(chain, variant.secretPrefix, replaced(variant.scope?.length === 2 ? 2 : 1, one)),
        fault: fault(`of the service ${one}`),
      })),
      { make: (secret) => (base) => hmacSha256(secret).sign(base), fault: fault('the secret itself, not derived') },
    ],
  }
}
