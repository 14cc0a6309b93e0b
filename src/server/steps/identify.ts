import type { KeyRecord } from '../../access/key-record.js'
import { signatureBytesOf } from '../../crypto/algorithm.js'
import { CountersignError } from '../../errors.js'
import { isPromise } from '../../support/deadline.js'
import type { Judgement } from '../judgement.js'
import { IDENTIFYING } from '../refusal.js'
import { refuse } from '../verdict.js'
import { baseFor, matchesPassphrase, noteDecoy, recordProblem, verifyDecoy } from './key-check.js'
import { asked, recordFault } from './key-lookup.js'

/** The key whose holder has signed. A refusal does not depend on whether the key exists, and costs one verification. */
export function findKey(judgement: Judgement): Promise<unknown> | undefined {
  const { parts, attempt, keyId, signature } = judgement
  attempt.stage = IDENTIFYING
  const answer = asked('the key source', () => parts.keys.get(keyId, signature.carried), parts.storeTimeoutMs)
  if (isPromise(answer))
    return answer.then((found) => {
      judgement.found = found
    })
  judgement.found = answer
  return undefined
}

/** Whether the key has signed. What it answers is looked at in the next step. */
export function verifySignature(judgement: Judgement): Promise<unknown> | undefined {
  const { parts, attempt, keyId, signature, policy, base, found } = judgement
  const { decoys, storeTimeoutMs } = parts
  const impossible =
    found === undefined || found === null
      ? new CountersignError('KEY_UNKNOWN', 'no such key')
      : (recordFault(found, keyId) ?? recordProblem(found, signature, policy))
  if (impossible?.code !== 'KEY_SOURCE_FAILED') {
    attempt.record = found ?? undefined
    if (attempt.record !== undefined) noteDecoy(decoys, attempt.record.key)
  }
  if (impossible !== undefined) return refuseAfterDecoy(judgement, impossible)
  const record = found as KeyRecord
  judgement.record = record
  const { key } = record
  const checked = asked(
    'the key',
    () => key.verify(signature.passphrase === undefined ? base : baseFor(signature, record), signature.signature),
    storeTimeoutMs,
  )
  if (isPromise(checked))
    return checked.then((valid) => {
      judgement.valid = valid
    })
  judgement.valid = checked
  return undefined
}

export function verifyPassphrase(judgement: Judgement): Promise<unknown> | undefined {
  const { parts, signature, record, valid } = judgement
  // Any other value is a bug in a key, and bugs fail closed.
  if (typeof valid !== 'boolean') refuse('KEY_SOURCE_FAILED', 'the key returned neither true nor false')
  if (valid !== true) refuse('SIGNATURE_INVALID', 'the signature does not match')
  // The size of an RSA key shows only in what it has signed.
  const { key } = record
  if (signatureBytesOf(key.algorithm) === 0) noteDecoy(parts.decoys, key, signature.signature.length)
  if (signature.passphrase === undefined && record.passphrase === undefined) return undefined
  const known = asked('the key', () => matchesPassphrase(signature, record), parts.storeTimeoutMs)
  return isPromise(known) ? known.then(assertPassphrase) : assertPassphrase(known)
}

function assertPassphrase(matches: unknown): undefined {
  if (matches !== true) refuse('PASSPHRASE_INVALID', 'the passphrase is not that of the key')
}

function refuseAfterDecoy({ parts, keyId, signature }: Judgement, error: CountersignError): Promise<never> {
  const done = verifyDecoy(parts.decoys, keyId, signature, parts.storeTimeoutMs)
  if (!isPromise(done)) throw error
  return done.then(() => {
    throw error
  })
}
