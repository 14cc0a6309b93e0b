import { CountersignError } from '../../errors.js'
import { matchesDigests } from '../../message/content-digest.js'
import type { HttpResponse } from '../../message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../../schemes/scheme.js'
import { type DirectoryKey, type KeySet, keyOf } from './key-set.js'

/** The tag of a directory's signature, from the draft "HTTP Message Signatures Directory". */
export const DIRECTORY_TAG = 'http-message-signatures-directory'

/** How far ahead of this clock a directory may have signed. */
const MAX_FUTURE_MS = 5_000

const refused = (text: string): CountersignError => new CountersignError('DIRECTORY_REFUSED', `directory ${text}`)

/**
 * The keys of a set that have signed the directory's answer themselves, so that a list cannot hold another's key. One
 * signature per key, over the authority that was asked and the body's digest, with a time and an end.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED` for a signature that does not match, and where no key has signed.
 */
export async function signedKeys(
  set: KeySet,
  response: HttpResponse,
  scheme: VerifyScheme,
  nowMs: number,
): Promise<KeySet> {
  let found: readonly UntrustedSignature[]
  try {
    found = scheme.parse(response, { tag: DIRECTORY_TAG })
  } catch {
    throw refused('has a signature of its own that cannot be read')
  }
  const signed = new Set<DirectoryKey>()
  for (const signature of found) {
    const { keyId = '' } = signature
    const key = set.byId.get(keyId)
    // Of a key that is not listed, or was left out: it proves nothing about the others.
    if (key === undefined) continue
    if (!(await isGood(signature, key, keyId, response, nowMs)))
      throw refused('has a signature of its own that does not match')
    signed.add(key)
  }
  if (signed.size === 0) throw refused('has no signature of one of its keys')
  const byId = new Map([...set.byId].filter(([, key]) => signed.has(key)))
  const left = new Set([...set.byId.values()].filter((key) => !signed.has(key)))
  const problems = [...left].map(() => refused('lists a key that has not signed it: left out'))
  return { ...set, byId, problems: [...set.problems, ...problems] }
}

async function isGood(
  signature: UntrustedSignature,
  found: DirectoryKey,
  keyId: string,
  { body }: HttpResponse,
  nowMs: number,
): Promise<boolean> {
  const { algorithm } = found
  try {
    const { covers, createdMs, expiresMs, claimedAlgorithm = algorithm } = signature
    if (!covers.has('request:@authority') || !covers.has('body') || claimedAlgorithm !== algorithm) return false
    if (!(createdMs !== undefined && createdMs <= nowMs + MAX_FUTURE_MS)) return false
    if (!(expiresMs !== undefined && expiresMs > nowMs)) return false
    if (!matchesDigests(signature.bodyDigests, body as Uint8Array)) return false
    const key = await keyOf(found, keyId)
    return key.verify(signature.base, signature.signature) === true
  } catch {
    // A base that cannot be built is one that nothing was signed over.
  }
  return false
}
