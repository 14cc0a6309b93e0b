import { utf8Decode } from '../../crypto/encoding.js'
import type { Certificate } from '../../crypto/format/certificate.js'
import type { VerifyingKey } from '../../crypto/key.js'
import { fail, isCountersignError } from '../../errors.js'
import { cappedBytes } from '../../support/body.js'
import { putBounded } from '../../support/bounded-map.js'
import { deadline } from '../../support/deadline.js'
import { type CheckedCertificate, checkedCertificate } from './chain.js'

/** What certificates are fetched with. */
export interface CertificateSource {
  readonly hosts: readonly string[]
  /** The name in the certificate. */
  readonly name: string
  readonly authorities: readonly Certificate[] | undefined
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly timeoutMs: number
}

const PATH = /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]{1,128}$/
const MAX_BYTES = 65_536
const MAX_KEPT = 16
const KEEP_MS = 86_400_000
// Who sends names of certificates that are none makes this many fetches, and no more; those that are kept go on working.
const MAX_FETCHES = 20
const PER_MS = 60_000

/** Finds the key of a certificate's URL: at once where it is kept, and by one fetch however many deliveries wait for it. */
export function certificateKeys(
  source: CertificateSource,
): (url: string, nowMs: number) => readonly VerifyingKey[] | Promise<readonly VerifyingKey[]> {
  const kept = new Map<string, CheckedCertificate & { readonly untilMs: number }>()
  const pending = new Map<string, Promise<readonly VerifyingKey[]>>()
  // Stryker disable next-line ArrayDeclaration: what is no time is filtered out
  let fetches: number[] = []

  const load = async (url: string, nowMs: number): Promise<readonly VerifyingKey[]> => {
    const found = await checkedCertificate(await textOf(url, source), source.name, source.authorities, nowMs)
    putBounded(kept, url, { ...found, untilMs: nowMs + KEEP_MS }, MAX_KEPT)
    return [found.key]
  }

  return (text, nowMs) => {
    const url = certificateUrl(text, source.hosts)
    const known = kept.get(url)
    if (known !== undefined && nowMs < known.untilMs && nowMs >= known.notBeforeMs && nowMs <= known.notAfterMs)
      return [known.key]
    const waiting = pending.get(url)
    if (waiting !== undefined) return waiting
    fetches = fetches.filter((at) => at > nowMs - PER_MS && at <= nowMs)
    if (fetches.length >= MAX_FETCHES) fail('KEY_SOURCE_FAILED', 'too many certificates were asked for')
    fetches.push(nowMs)
    const loading = load(url, nowMs).finally(() => pending.delete(url))
    pending.set(url, loading)
    return loading
  }
}

/** @throws {CountersignError} `KEY_UNKNOWN`: a certificate from anywhere else proves nothing, and must not even be fetched. */
function certificateUrl(text: string, hosts: readonly string[]): string {
  let url: URL | undefined
  try {
    url = new URL(text)
  } catch {
    // The parser's own error repeats the text.
  }
  if (
    url === undefined ||
    url.href !== text ||
    url.protocol !== 'https:' ||
    !hosts.includes(url.host) ||
    !PATH.test(url.pathname) ||
    url.search + url.hash + url.username + url.password !== ''
  )
    return fail('KEY_UNKNOWN', 'the certificate must be on the host of PayPal')
  return text
}

async function textOf(url: string, { fetch, timeoutMs }: CertificateSource): Promise<string> {
  const controller = new AbortController()
  try {
    const load = async (): Promise<string> => {
      const response = await fetch(url, { redirect: 'manual', signal: controller.signal })
      if (response.status !== 200 || response.redirected)
        return fail('KEY_SOURCE_FAILED', `the certificate was answered with status ${response.status}`)
      return utf8Decode(await cappedBytes(response, MAX_BYTES)) ?? ''
    }
    return await deadline(load(), timeoutMs)
  } catch (error) {
    if (isCountersignError(error, 'KEY_SOURCE_FAILED')) throw error
    return fail('KEY_SOURCE_FAILED', 'the certificate could not be fetched')
  } finally {
    controller.abort()
  }
}
