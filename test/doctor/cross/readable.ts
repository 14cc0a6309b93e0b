import { createHash } from 'node:crypto'
import type { HttpRequest } from '../../../src/message/message.js'
import type { Source } from './source.js'

/** What can be read in a request without a key: how it is written, where it stands, and when it was made. */
const WRITTEN = new Set([
  'base64 for hexadecimal',
  'hexadecimal for base64',
  'URL-safe base64',
  'base64 without padding',
  'base64 of the hexadecimal text',
  'quotes around the signature',
  '0x before the signature',
  'the signature as Python bytes',
  'a signature that is encoded twice',
  'a signature that was cut off',
  'seconds sent for milliseconds',
  'milliseconds sent for seconds',
  'a time that is past',
  'a time that is to come',
  'a byte order mark before the body',
  'the body in base64',
  'JSON serialised twice',
  'the body with lost characters',
  'the body is lost',
  'a space sent as it is',
])

/** A hash of another length shows where the scheme has one. */
const OTHER_LENGTHS: Readonly<Record<string, number>> = {
  'SHA-1 for the hash': 20,
  'MD5 for the hash': 16,
  'SHA-256 for the hash': 32,
  'SHA-384 for the hash': 48,
  'SHA-512 for the hash': 64,
}

const LENGTHS: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

const isField = (mistake: string): boolean => mistake.startsWith('the field of authentication')

/** Whether a request shows a hash of its body, so that another body is seen without a key. */
function showsDigest({ body, fields }: HttpRequest): boolean {
  if (!(body instanceof Uint8Array) || body.length === 0) return false
  return ['sha256', 'sha512', 'md5'].some((name) =>
    (['hex', 'base64'] as const).some((form) => {
      const text = createHash(name).update(body).digest(form)
      return fields.some((one) => one.includes(text))
    }),
  )
}

const known = new WeakMap<HttpRequest, Map<Source, boolean>>()

/** The same of a message that a source signs, which is signed once for all mistakes. */
function signsDigest(source: Source, message: HttpRequest): boolean {
  const of = known.get(message) ?? new Map<Source, boolean>()
  known.set(message, of)
  let shows = of.get(source)
  if (shows === undefined) {
    try {
      shows = showsDigest(source.sign(message).request)
    } catch {
      shows = false
    }
    of.set(source, shows)
  }
  return shows
}

/** Whether a mistake of a source can be read in its request at all. */
export function isReadable(mistake: string, part: string | undefined, source: Source, message: HttpRequest): boolean {
  if (WRITTEN.has(mistake) || isField(mistake)) return true
  const length = OTHER_LENGTHS[mistake]
  if (length !== undefined) return source.shared !== undefined && LENGTHS[source.shared.hash] !== length
  return part === 'body' && signsDigest(source, message)
}
