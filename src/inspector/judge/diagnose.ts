import { hex, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { CountersignError, isCountersignError } from '../../errors.js'
import type { UntrustedSignature, VerifyScheme } from '../../schemes/scheme.js'
import { linesOf } from './base-lines.js'
import { digestFindings } from './digests.js'
import { type Candidate, candidatesOf } from './key-of.js'
import { MISTAKES, type Mistake } from './mistakes.js'
import { requestOf } from './request-of.js'
import { detectScheme, verifierOf } from './schemes.js'
import type { Capture, DiagnoseOptions, Diagnosis, Finding } from './types.js'

const textOf = (base: Bytes): string => (typeof base === 'string' ? base : (utf8Decode(base) ?? hex(base)))

/** Judges a request, and where its signature does not fit tests what may have been done wrong. */
export async function diagnose(capture: Capture, options: DiagnoseOptions): Promise<Diagnosis> {
  const { unread } = capture
  const request = requestOf(capture)
  const scheme = options.scheme ?? detectScheme(request)
  const verifier = scheme === undefined ? undefined : verifierOf(scheme)
  const nothing: Diagnosis = { scheme, verified: false, findings: [], base: [], tried: 0, unread }
  if (scheme === undefined || verifier === undefined) return nothing
  const read = readSignature(verifier, capture)
  if ('problem' in read) return { ...nothing, findings: [malformed(read.problem)] }
  const { signature, base } = read
  const tested = await candidatesOf(scheme, signature, options)
  const right = tested.filter(({ used }) => used === undefined)
  const verified = await fits(right, base, signature.signature)
  const findings = [...digestFindings(request.body, signature), ...timeFindings(signature, options.nowMs)]
  const plain = { scheme, findings, unread }
  if (verified || tested.length === 0) {
    const lines = linesOf(textOf(base), options.stringToSign)
    return { ...plain, verified, base: lines, tried: right.length }
  }
  const search = await searched(verifier, capture, read, tested)
  const lines = linesOf(textOf(base), options.stringToSign ?? search.signed)
  return { ...plain, verified, findings: [...search.findings, ...findings], base: lines, tried: search.tried }
}

interface Read {
  readonly signature: UntrustedSignature
  readonly base: Bytes
}

function readSignature(verifier: VerifyScheme, capture: Capture): Read | { readonly problem: CountersignError } {
  try {
    const [signature] = verifier.parse(requestOf(capture))
    if (signature === undefined)
      return { problem: new CountersignError('AUTH_MISSING', 'there is no signature of this scheme in the request') }
    return { signature, base: signature.base }
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return { problem: error }
  }
}

const malformed = ({ code, message }: CountersignError): Finding => ({
  id: code.toLowerCase().replaceAll('_', '-'),
  certainty: 'proven',
  cause: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
  evidence: `A verifier refuses the request with ${code} before it looks at the key.`,
  fix: `See ${code} in docs/errors.md.`,
})

async function fits(candidates: readonly Candidate[], base: Bytes, signature: Uint8Array): Promise<boolean> {
  for (const { key } of candidates) if (await key.verify(base, signature)) return true
  return false
}

/** The one change that makes the signature fit, in the request or in the use of the secret. */
async function searched(
  verifier: VerifyScheme,
  capture: Capture,
  { signature, base }: Read,
  candidates: readonly Candidate[],
): Promise<{ readonly findings: readonly Finding[]; readonly signed?: string; readonly tried: number }> {
  let tried = candidates.length
  for (const { key, used } of candidates)
    if (used !== undefined && (await key.verify(base, signature.signature)))
      return { findings: [secretFinding(used)], tried }
  for (const mistake of MISTAKES)
    for (const other of basesOf(mistake, verifier, capture, base))
      for (const { key, used } of candidates) {
        tried++
        if (!(await key.verify(other, signature.signature))) continue
        const { id, cause, fix } = mistake
        const evidence = 'With this one change the signature verifies with the given key.'
        const finding: Finding = { id, certainty: 'proven', cause, evidence, fix }
        return {
          findings: used === undefined ? [finding] : [finding, secretFinding(used)],
          signed: textOf(other),
          tried,
        }
      }
  const evidence = `Neither the request as it is nor ${tried} ways to have signed another one fit the key that was given.`
  const cause = 'The key may be another one, or something else was signed.'
  const fix = 'Compare the string to sign, line by line, with what the program that signs prints.'
  return { findings: [{ id: 'signature-invalid', certainty: 'possible', cause, evidence, fix }], tried }
}

/** What may have been signed in place of a base, by one mistake. */
function basesOf({ undo, undoText }: Mistake, verifier: VerifyScheme, capture: Capture, base: Bytes): readonly Bytes[] {
  if (undoText !== undefined) return [undoText(textOf(base), capture)]
  return (undo?.(capture) ?? []).flatMap((other) => {
    const read = readSignature(verifier, other)
    return 'problem' in read ? [] : [read.base]
  })
}

const secretFinding = (used: string): Finding => ({
  id: 'secret-encoding',
  certainty: 'proven',
  cause: `The secret was used ${used}.`,
  evidence: 'With the secret used so, the signature verifies.',
  fix: 'Read the secret as the page of the service says: as text, or decoded first.',
})

const seconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toLocaleString('en')} s`

/** The age of a signature, where the moment of judging is known. */
function timeFindings({ createdMs, expiresMs }: UntrustedSignature, nowMs: number | undefined): readonly Finding[] {
  if (nowMs === undefined || createdMs === undefined) return []
  const age = nowMs - createdMs
  const ended = expiresMs !== undefined && nowMs > expiresMs
  if (!ended && Math.abs(age) <= 300_000) return []
  const cause =
    age < 0
      ? 'The signature is from the future: the clock that made it is ahead.'
      : 'The signature is too old when it is judged.'
  return [
    {
      id: 'time-window',
      certainty: 'likely',
      cause,
      evidence: `It was made ${seconds(age)} ${age < 0 ? 'after' : 'before'} it was judged.`,
      fix: 'Set the clock of the machine by NTP, sign right before sending, and check seconds against milliseconds.',
    },
  ]
}
