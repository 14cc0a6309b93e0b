import { describe, expect, it } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import { fetchDocument, waitOf } from '../../../../src/server/directory/fetch-document.js'
import { locate } from '../../../../src/server/directory/location.js'
import { settings } from '../../../../src/server/directory/options.js'
import { withCode } from '../../../expect-code.js'

const URL_OF = 'https://keys.example.com/jwks'
const NOW = Date.parse('Tue, 01 Dec 2026 12:00:00 GMT')
const JSON_TYPE = { 'content-type': 'application/json' }

type Shown = Partial<Record<'type' | 'url' | 'redirected', unknown>>

/** What a directory is taken for that answers so. */
function fetched(
  headers: Record<string, string>,
  {
    status = 200,
    body = '{"keys":[]}' as BodyInit | null,
    shown = {} as Shown,
    etag = undefined as string | undefined,
  } = {},
) {
  const response = new Response(body, { status, headers })
  for (const [name, value] of Object.entries(shown)) Object.defineProperty(response, name, { value })
  const options = settings({ url: URL_OF, clock: { now: () => NOW }, fetch: async () => response })
  return fetchDocument(locate(URL_OF, false), etag, options)
}
const refusal = async (...given: Parameters<typeof fetched>): Promise<CountersignError> => {
  const outcome: unknown = await fetched(...given).catch((error: unknown) => error)
  if (!(outcome instanceof CountersignError)) throw new Error('the document was taken')
  return outcome
}
const waitMs = async (retryAfter: string | undefined, status = 503): Promise<number> =>
  waitOf(await refusal(retryAfter === undefined ? {} : { 'retry-after': retryAfter }, { status, body: null }))

describe('a directory that asks to be left alone', () => {
  it('is left alone for the seconds that it names, with 429 and with 503', async () => {
    for (const status of [429, 503]) expect(await waitMs('120', status)).toBe(120_000)
    expect(await waitMs(' 5 ')).toBe(5_000)
    expect(await waitMs('999999999')).toBe(999_999_999_000)
  })

  it('is left alone until the date that it names, and no time for one that has passed', async () => {
    expect(await waitMs('Tue, 01 Dec 2026 12:01:30 GMT')).toBe(90_000)
    expect(await waitMs('Tue, 01 Dec 2026 11:00:00 GMT')).toBe(0)
  })

  it.each([
    undefined,
    '',
    'soon',
    '-5',
    '1.5',
    '5 seconds',
    'in 5',
    '1234567890',
    '2026-12-01T12:01:30Z',
    'never GMT',
    'Tue, 01 Dec 2026 12:01:30 GMT+0100',
  ])('is not left alone for the text %s, which is neither seconds nor a date of HTTP', async (text) => {
    expect(await waitMs(text)).toBe(0)
  })

  it('is not left alone where it answers with another status', async () => {
    for (const status of [400, 404, 500, 502]) expect(await waitMs('120', status)).toBe(0)
  })
})

describe('the freshness of a document', () => {
  const freshMs = async (headers: Record<string, string>) => (await fetched({ ...JSON_TYPE, ...headers })).freshMs

  it.each([
    ['max-age=60', 60_000],
    [' MAX-AGE=60 , public', 60_000],
    ['max-age="60"', 60_000],
    ['max-age=60, max-age=30', 30_000],
    ['max-age=0', 0],
    ['max-age=', 0],
    ['max-age', 0],
    ['max-age=-1', 0],
    ['max-age=6x', 0],
    ['max-age=x6', 0],
    ['max-age=9999999999', 9_999_999_999_000],
    ['max-age=10000000000', 0],
    ['max-age=60, no-store', 0],
    ['no-cache', 0],
    ['no-cache, max-age=60', 0],
    ['s-maxage=60', undefined],
    ['public', undefined],
    ['', undefined],
  ])('that is sent with "%s" is %s ms', async (text, expected) => {
    expect(await freshMs({ 'cache-control': text })).toBe(expected)
  })

  it('is less by the time that the answer has spent in caches, and never less than none', async () => {
    const aged = (age: string) => freshMs({ 'cache-control': 'max-age=60', age })
    expect(await aged('45')).toBe(15_000)
    expect(await aged('61')).toBe(0)
    expect(await aged('old')).toBe(0)
    expect(await freshMs({ age: '45' })).toBeUndefined()
  })
})

describe('the tag of a document', () => {
  const tagOf = async (etag: string) => (await fetched({ ...JSON_TYPE, etag })).etag

  it.each(['"v1"', 'W/"v1"', '""', '"!#~"', `"${'x'.repeat(256)}"`])(
    'is kept as it came where it is one of HTTP: %s',
    async (etag) => {
      expect(await tagOf(etag)).toBe(etag)
    },
  )

  it.each(['v1', '"v1', 'v1"', 'w/"v1"', '"a"b"', '"a b"', `"${'x'.repeat(257)}"`])(
    'is none where it is no tag of HTTP, or longer than one that is sent back: %s',
    async (etag) => {
      expect(await tagOf(etag)).toBeUndefined()
    },
  )

  it('is the one that was asked with where an answer without a document has none', async () => {
    const unchanged = { status: 304, body: null, etag: '"v1"' }
    expect(await fetched({}, unchanged)).toEqual({
      text: undefined,
      response: undefined,
      etag: '"v1"',
      freshMs: undefined,
    })
    expect(await fetched({ etag: '"v2"' }, unchanged)).toMatchObject({ etag: '"v2"' })
  })
})

describe('the answer of a directory', () => {
  it('is read where it has a document, whatever tag it was asked with', async () => {
    expect(await fetched({ ...JSON_TYPE, etag: '"v2"' }, { etag: '"v1"' })).toMatchObject({
      text: '{"keys":[]}',
      etag: '"v2"',
    })
    expect((await fetched(JSON_TYPE, { etag: '"v1"' })).etag).toBeUndefined()
  })

  it('is unavailable where it does not come in time', async () => {
    const never = settings({ url: URL_OF, timeoutMs: 1, fetch: () => new Promise(() => {}) })
    await expect(fetchDocument(locate(URL_OF, false), undefined, never)).rejects.toThrow(
      withCode('DIRECTORY_UNAVAILABLE', 'directory did not answer within 1 ms'),
    )
  })

  it('is taken with what a signature of it is over: its status, its fields, its bytes and what was asked', async () => {
    const { text, response } = await fetched({ ...JSON_TYPE, 'x-one': '1' }, { shown: { url: URL_OF } })
    expect(text).toBe('{"keys":[]}')
    expect(response).toMatchObject({
      status: 200,
      body: new TextEncoder().encode('{"keys":[]}'),
      request: {
        method: 'GET',
        scheme: 'https',
        authority: 'keys.example.com',
        target: '/jwks',
        fields: [],
        body: null,
      },
    })
    expect(response?.fields).toEqual(expect.arrayContaining(['x-one', '1']))
  })

  it('must be of this URL, and say why it is refused where it is of another', async () => {
    for (const shown of [{ url: 'https://other.example/' }, { redirected: true }, { type: 'opaqueredirect' }])
      expect(await refusal(JSON_TYPE, { shown })).toMatchObject({
        code: 'DIRECTORY_REFUSED',
        message: 'directory must not redirect',
      })
    for (const status of [300, 302, 399])
      expect((await refusal({}, { status, body: null })).message).toBe('directory must not redirect')
    for (const status of [299, 400, 304])
      expect((await refusal({}, { status, body: null })).message).toBe(
        `directory must answer with status 200, got ${status}`,
      )
  })

  it('must have a media type of key sets, and all of them are named where it has none', async () => {
    const refused = 'directory must have one of the media types application/http-message-signatures-directory+json, '
    for (const type of ['text/html', '', ';application/json'])
      expect((await refusal({ 'content-type': type })).message).toBe(
        `${refused}application/jwk-set+json, application/json`,
      )
    expect((await refusal({}, { body: new Uint8Array(2) })).message).toContain(refused)
  })

  it('must end as it began: a body that breaks is unavailable with its cause, and one too large is refused', async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error('reset')),
    })
    expect(await refusal(JSON_TYPE, { body: broken })).toMatchObject({
      code: 'DIRECTORY_UNAVAILABLE',
      message: 'directory ended early',
      cause: expect.any(Error),
    })
    expect(await refusal(JSON_TYPE, { body: 'x'.repeat(65_537) })).toMatchObject({
      code: 'DIRECTORY_REFUSED',
      message: 'directory must have at most 65536 bytes',
    })
    expect(await refusal(JSON_TYPE, { body: new Uint8Array([0xff]) })).toMatchObject({
      code: 'DIRECTORY_REFUSED',
      message: 'directory must be UTF-8',
    })
  })
})
