import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../../../src/message/message.js'
import { judged, requestOf, type Sent, sentBy } from './azure-sent.js'

/** What the packages of Azure for Python put on the wire is accepted, and no change of it. */

const { requests, failures } = sentBy('azure_requests.py')

async function outcome(one: Sent, request: HttpRequest): Promise<string> {
  const verdict = await judged(one, request)
  return verdict.ok ? 'ok' : `${verdict.code} ${verdict.detail}`
}

test('every client has made its requests', () => {
  expect(failures).toEqual({})
  expect(requests.length).toBeGreaterThan(80)
})

describe.each(requests.map((one) => [`${one.scheme}: ${one.name}`, one] as const))('%s', (_, one) => {
  test('is accepted, and no change of it', async () => {
    const request = requestOf(one)
    expect(await outcome(one, request)).toBe('ok')
    const fields = request.fields.map((value, at) =>
      at % 2 === 1 && /^(?:x-ms-date|authorization)$/i.test(request.fields[at - 1] as string)
        ? value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))
        : value,
    )
    if (request.fields.length > 0) expect(await outcome(one, { ...request, fields })).not.toBe('ok')
    if (one.scheme !== 'azure-sas') return
    const target = request.target.replace(/sp=\w/, 'sp=d')
    expect(await outcome(one, { ...request, target })).not.toBe('ok')
  })
})
