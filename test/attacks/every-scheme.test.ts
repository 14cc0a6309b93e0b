import { describe, expect, test } from 'vitest'
import { base64url, base64urlDecode, ENCODE, utf8, utf8Decode } from '../../src/crypto/encoding.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { UntrustedSignature } from '../../src/schemes/scheme.js'
import { REQUEST_SCHEMES } from '../contract/schemes/all.js'
import { codeBy, NONCE, NOW, orderOf, signedBy, verifierOf } from '../contract/schemes/judged.js'
import type { SchemeRow } from '../contract/schemes/row.js'
import { verdictCode } from '../expect-code.js'

/* What attackers do to one request of each scheme, and the faults that were found in packages of other authors. */

const TEN_YEARS = 10 * 31_557_600_000
const JUNK_TIMES = ['junk', 'abc', 'NaN', 'Infinity', '', ' ', '１７９００００００']
// Numbers that some schemes can write; none of them is in the window.
const OLD_TIMES = ['-1', '0', '1e9']
// Every verdict that says "broken", before a key was asked.
const BROKEN = /_(?:MALFORMED|MISSING|DUPLICATE)$|^SIGNATURE_INVALID$|^ALG_UNSUPPORTED$/

const parsed = ({ verifier }: SchemeRow, request: HttpRequest): UntrustedSignature =>
  verifier.parse(request)[0] as UntrustedSignature

/** How a URL writes a text. */
const inUrl = (text: string): string => encodeURIComponent(text).replaceAll('%5C', '\\')

/** A request with a text exchanged in its target and its fields, also where either is encoded. */
function exchanged(request: HttpRequest, from: string, to: string): HttpRequest {
  const swap = (text: string): string => text.replaceAll(from, () => to).replaceAll(inUrl(from), () => inUrl(to))
  const inToken = (text: string): string =>
    text.replace(/[A-Za-z0-9_-]{16,}/g, (part) => {
      const clear = utf8Decode(base64urlDecode(part) ?? new Uint8Array(0))
      return clear === undefined || !clear.includes(from) ? part : base64url(utf8(clear.replaceAll(from, () => to)))
    })
  return {
    ...request,
    target: inToken(swap(request.target)),
    fields: request.fields.map((one, at) => (at % 2 === 0 ? one : inToken(swap(one)))),
  }
}

const isSame = (a: HttpRequest, b: HttpRequest): boolean =>
  a.target === b.target && a.fields.every((one, at) => one === b.fields[at])

/** The texts of a time as schemes write it. */
const timesIn = (ms: number): readonly string[] => {
  const iso = new Date(ms).toISOString()
  const seconds = `${iso.slice(0, 19)}Z`
  return [String(ms), String(ms / 1_000), new Date(ms).toUTCString(), seconds, seconds.replace(/[-:]/g, '')]
}

/** Every text of the request in which its signature stands. */
function signatureTexts({ signature }: UntrustedSignature): readonly string[] {
  return [ENCODE.hex(signature), ENCODE.base64(signature), ENCODE.base64url(signature)]
}

const doubled = (request: HttpRequest, at: number, value: string, before: boolean): HttpRequest => {
  const line = [request.fields[at] as string, value]
  const place = before ? at : at + 2
  return { ...request, fields: [...request.fields.slice(0, place), ...line, ...request.fields.slice(place)] }
}

describe.each(REQUEST_SCHEMES)('$name', (row) => {
  const order = orderOf(row)
  const signed = signedBy(row, order)
  const found = parsed(row, signed)
  const timed = found.createdMs !== undefined
  const codes = async (requests: readonly HttpRequest[]): Promise<readonly string[]> => {
    const out: string[] = []
    for (const one of requests) out.push(await codeBy(row, one))
    return out
  }
  const refused = async (requests: readonly HttpRequest[], as = BROKEN): Promise<void> => {
    for (const [at, code] of (await codes(requests)).entries())
      expect([code, JSON.stringify(requests[at]).slice(0, 400)]).toEqual([expect.stringMatching(as), expect.anything()])
  }

  test('a request is accepted, and once where it may not be used again', async () => {
    const verifier = verifierOf(row)
    expect(verdictCode(await verifier.verify(signed))).toBe('ok')
    const again = found.reusable === true || !timed ? 'ok' : 'REPLAY'
    expect(verdictCode(await verifier.verify(signed))).toBe(again)
  })

  test('a time ten years ahead is refused, as stripe 23.1.0 does not, and one of ten years ago', async () => {
    const never = row.verifier.id === 'static-token' || row.verifier.id === 'turnkey'
    const ahead = await codeBy(row, signedBy(row, order, NOW + TEN_YEARS))
    expect(ahead).toMatch(never ? /^ok$/ : timed ? /^TIMESTAMP_FUTURE$/ : /^TIMESTAMP_MALFORMED$/)
    const past = await codeBy(row, signedBy(row, order, NOW - TEN_YEARS))
    expect(past).toMatch(never ? /^ok$/ : /^TIMESTAMP_EXPIRED$/)
  })

  test('a time that is no number is refused, as hawk 9.0.2 and http-signature 1.4 do not', async () => {
    const times = [NOW, NOW + 600_000, NOW + 60_000, NOW + 3_600_000].flatMap(timesIn)
    const wrong = times.flatMap((time) => [
      ...JUNK_TIMES.map((junk) => exchanged(signed, time, junk)),
      // As standardwebhooks 1.1.1 takes it.
      exchanged(signed, time, `${time}junk`),
      exchanged(signed, time, `${time}.5`),
    ])
    const changed = wrong.filter((one) => !isSame(one, signed))
    if (row.verifier.id !== 'static-token' && row.verifier.id !== 'turnkey') expect(changed.length).toBeGreaterThan(8)
    await refused(changed)
    const old = times.flatMap((time) => OLD_TIMES.map((one) => exchanged(signed, time, one)))
    await refused(
      old.filter((one) => !isSame(one, signed)),
      /^TIMESTAMP_|^AUTH_MALFORMED$|^SIGNATURE_INVALID$/,
    )
  })

  test('a signature has one spelling, where octokit picks hexadecimal out of anything', async () => {
    const others = signatureTexts(found).flatMap((text) =>
      [
        ...[`${text}0`, `${text}00`, `${text} junk!`, `xx${text}`, `${text.slice(0, 8)} ${text.slice(8)}`],
        ...[
          text.slice(0, 8).split('').join('-') + text.slice(8),
          text.slice(0, -4),
          text.slice(0, 4),
          '',
          '=',
          'foo',
          '%',
        ],
        ...(text.endsWith('=') ? [text.replace(/=+$/, ''), `${text}=`] : []),
        ...(/[+/]/.test(text) ? [text.replaceAll('+', '-').replaceAll('/', '_')] : []),
        ...(/[a-z]/.test(text) ? [text.toUpperCase()] : []),
      ].map((other) => exchanged(signed, text, other)),
    )
    await refused(others.filter((one) => !isSame(one, signed)))
  })

  test('a line of credentials that stands twice is refused, whichever value would win', async () => {
    const own: number[] = []
    for (let at = order.fields.length; at < signed.fields.length; at += 2) own.push(at)
    // Fields that carry a digest, a version or a time may be lists; what proves the sender may not.
    const carriers = own.filter((at) =>
      /authorization|signature$|^dpop$|stamp|-key$|^x-token$/i.test(signed.fields[at] as string),
    )
    if (order.target === signed.target) expect(carriers.length).toBeGreaterThan(0)
    // RFC 9421 3.2: a scheme that chooses its signature by a tag takes no notice of another member of the dictionary.
    const chooses = found.label !== undefined && !row.of.includes('rfc9421Verifier')
    const requests = carriers.flatMap((at) =>
      [signed.fields[at + 1] as string, '', ...(chooses ? [] : ['x'])].flatMap((value) =>
        [true, false].map((before) => doubled(signed, at, value, before)),
      ),
    )
    await refused(requests)
  })

  test('credentials in the URL beside a field are refused, whatever the field holds', async () => {
    if (order.target === signed.target) return
    for (const value of ['', 'Bearer abc', 'Basic YTpi', 'Hawk id="a"'])
      expect(await codeBy(row, { ...signed, fields: [...signed.fields, 'Authorization', value] })).toMatch(/^AUTH_/)
  })

  test('other bytes with the same text are another body, as they are not to standardwebhooks 1.1.1', async () => {
    if (!found.covers.has('body')) return
    const body = (last: number) => new Uint8Array([0x7b, last, 0x7d])
    const at = order.fields.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === 'content-type')
    const others = at === -1 ? order.fields : [...order.fields.slice(0, at), ...order.fields.slice(at + 2)]
    const fields = [...others, 'Content-Type', 'application/octet-stream']
    try {
      const bytes = signedBy(row, { ...order, fields, body: body(0xff) })
      expect(await codeBy(row, bytes)).toBe('ok')
      expect(await codeBy(row, { ...bytes, body: body(0xfe) })).toMatch(/^(?:DIGEST_MISMATCH|SIGNATURE_INVALID)$/)
    } catch (error) {
      // A bewit, and the like, sign no request with a body.
      expect(order.body).toBeNull()
      expect(error).toMatchObject({ code: 'MESSAGE_MALFORMED' })
    }
  })

  test('names that objects have by birth are unknown keys, and nothing else', async () => {
    const { keyId } = row.signer.key
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const other = exchanged(signed, keyId, name)
      if (isSame(other, signed)) continue
      expect([name, await codeBy(row, other)]).toEqual([
        name,
        expect.stringMatching(/^(?:KEY_UNKNOWN|AUTH_MALFORMED|SIGNATURE_INVALID)$/),
      ])
    }
  })

  test('what is refused burns no nonce, as it does in hawk 9.0.2', async () => {
    if (!timed || found.reusable === true) return
    let nowMs = NOW + 3_600_000 * 200
    const verifier = verifierOf(row, { now: () => nowMs })
    expect(verdictCode(await verifier.verify(signed))).toBe('TIMESTAMP_EXPIRED')
    nowMs = NOW
    if (found.covers.has('path'))
      expect(verdictCode(await verifier.verify({ ...signed, target: `/x${signed.target}` }))).toMatch(BROKEN)
    const text = signatureTexts(found).find((one) => !isSame(exchanged(signed, one, 'x'), signed))
    if (text !== undefined) {
      const wrong = text.startsWith('A') || text.startsWith('0') ? `B${text.slice(1)}` : `A${text.slice(1)}`
      expect(verdictCode(await verifier.verify(exchanged(signed, text, wrong)))).toMatch(BROKEN)
    }
    expect(verdictCode(await verifier.verify(signed))).toBe('ok')
  })

  test('no refusal holds the right signature, as the log of Azurite does', async () => {
    const wrong = exchanged(signed, NONCE, 'nonce-of-someone-else')
    for (const one of [
      { ...signed, target: `${signed.target}x` },
      { ...signed, fields: [...signed.fields, 'x-amz-a', '1'] },
      wrong,
    ]) {
      const verdict = await verifierOf(row).verify(one)
      const right = parsed(
        row,
        signedBy(row, { ...order, target: one.target === signed.target ? order.target : `${order.target}x` }),
      ).signature
      for (const text of signatureTexts({ ...found, signature: right }))
        expect(verdict.ok ? '' : JSON.stringify({ ...verdict, request: undefined })).not.toContain(text)
    }
  })
})
