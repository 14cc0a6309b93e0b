import { describe, expect, test } from 'vitest'
import { type HttpResponse, httpRequest } from '../../../../src/message/message.js'
import { type SendingResponse, type SentAnswer, signAndSend } from '../../../../src/server/middleware/sign-and-send.js'
import type { Accepted } from '../../../../src/server/verdict.js'

const request = httpRequest({ url: 'https://api.example.com/' })
const verdict = { ok: true, request } as Accepted

/** A response of Node as far as it is used, and what was done to it. */
function sending(): SendingResponse & { readonly done: unknown[] } {
  const done: unknown[] = []
  return {
    statusCode: 200,
    done,
    removeHeader: (name) => done.push(['remove', name]),
    appendHeader: (name, value) => done.push(['append', name, value]),
    end: (...args) => done.push(['end', ...args]),
  }
}

const asItIs = async (response: HttpResponse): Promise<HttpResponse> => response

describe('an answer that is signed and sent', () => {
  test('is signed for the request of the verdict, and sent as it was signed', async () => {
    const asked: unknown[] = []
    const response = sending()
    const answer = { status: 201, headers: { 'content-type': 'text/plain' }, body: 'ok' }
    await signAndSend(
      async (unsigned, for_) => {
        asked.push(for_, response.done.length)
        return { ...unsigned, status: 202, fields: [...unsigned.fields, 'Signature', 'sig1=:AAAA:'] }
      },
      verdict,
      response,
      answer,
    )
    expect(asked).toEqual([request, 0])
    expect(response.statusCode).toBe(202)
    expect(response.done).toEqual([
      ['remove', 'content-type'],
      ['remove', 'Signature'],
      ['append', 'content-type', 'text/plain'],
      ['append', 'Signature', 'sig1=:AAAA:'],
      ['end', new TextEncoder().encode('ok')],
    ])
  })

  test('keeps lines of one name apart, and takes the place of what was set before', async () => {
    const response = sending()
    await signAndSend(asItIs, verdict, response, { status: 200, headers: { 'set-cookie': ['a=1', 'b=2'] } })
    expect(response.done).toEqual([
      ['remove', 'set-cookie'],
      ['remove', 'set-cookie'],
      ['append', 'set-cookie', 'a=1'],
      ['append', 'set-cookie', 'b=2'],
      ['end'],
    ])
  })

  test.each<readonly [string, SentAnswer, readonly unknown[]]>([
    ['without a body ends without one', { status: 204 }, ['end']],
    ['with an empty body ends with it', { status: 200, body: '' }, ['end', new Uint8Array(0)]],
    ['with bytes ends with them', { status: 200, body: Uint8Array.of(1, 2) }, ['end', Uint8Array.of(1, 2)]],
  ])('an answer that is signed %s', async (_, answer, end) => {
    const response = sending()
    await signAndSend(asItIs, verdict, response, answer)
    expect(response.done).toEqual([end])
    expect(response.statusCode).toBe(answer.status)
  })

  test.each<readonly [string, unknown, RegExp]>([
    ['no answer', undefined, /^signAndSend/],
    ['null', null, /^signAndSend/],
    ['a misspelt member', { statusCode: 200 }, /unknown option "statusCode"; did you mean "status"\?/],
    ['a member of a message', { status: 200, fields: [] }, /unknown option "fields"; did you mean "headers"\?/],
    ['a status that is none', { status: 99 }, /"status" must be an integer from 100 to 599/],
    ['a field with a second line', { status: 200, headers: { a: 'b\r\nc: d' } }, /field "a" must be one line/],
  ])('is refused for %s, and nothing is sent', async (_, answer, message) => {
    const response = sending()
    const signing = signAndSend(asItIs, verdict, response, answer as SentAnswer)
    await expect(signing).rejects.toThrow(message)
    expect([response.statusCode, response.done]).toEqual([200, []])
  })

  test('is not sent where it cannot be signed', async () => {
    const response = sending()
    const failing = () => Promise.reject(new Error('the key is away'))
    await expect(signAndSend(failing, verdict, response, { status: 201, body: 'gold' })).rejects.toThrow('away')
    expect([response.statusCode, response.done]).toEqual([200, []])
  })
})
