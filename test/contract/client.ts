import { describe, expect, it } from 'vitest'
import type { SignedFetchOptions } from '../../src/client/fetch/options.js'
import { retries } from '../../src/client/fetch/retry.js'
import type { HmacKey } from '../../src/crypto/key.js'
import { rfc9421, rfc9421Signer } from '../../src/schemes/rfc9421/index.js'
import type { Signer } from '../../src/schemes/scheme.js'
import { caught } from '../expect-code.js'
import { exchange, headOf, key } from '../unit/client/mock.js'

/** One request, in the words that all clients share. */
export interface ClientCall {
  readonly method?: string
  readonly url: string
  /** Written into the query by the client. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** Sends a request with a client, and reads the answer; a refusal by its status is an answer, too. */
export type SendCall = (call: ClientCall) => Promise<{ readonly status: number; readonly text: string }>

export type ClientOptions = Pick<SignedFetchOptions, 'origins' | 'redirects'> & {
  /** How often a failed request is sent again: by the client's rule, or by ours where it has none. */
  readonly again: number
}

/** What a client has of its own, by which a test is left out visibly, or asks for something else. */
export interface ClientTraits {
  readonly bodies?: readonly (readonly [name: string, method: string, body: unknown])[]
  /** Follows no redirect by itself. */
  readonly noRedirects?: true
  readonly noRetries?: true
  /** Settings without effect on a signed request: each has to be refused by its name. */
  readonly ignored?: readonly (readonly [name: string, call: (signer: Signer<HmacKey>, url: string) => unknown])[]
}

/** The code of an error, or of what it was made of. */
export function codeIn(error: unknown): string | undefined {
  for (let one = error, i = 0; typeof one === 'object' && one !== null && i < 5; one = (one as Error).cause, i++) {
    const { code, name } = one as { code?: unknown; name?: unknown }
    if (name === 'CountersignError') return String(code)
  }
  return undefined
}

const BODIES: NonNullable<ClientTraits['bodies']> = [
  ['none', 'GET', undefined],
  ['none, with DELETE', 'DELETE', undefined],
  ['none, with HEAD', 'HEAD', undefined],
  ['none, with POST', 'POST', undefined],
  ['text', 'POST', 'gr\u00fc\u00df {"a":1}'],
  ['bytes', 'PUT', new Uint8Array([0, 255, 13, 10])],
  ['bytes, with PATCH', 'PATCH', Buffer.from('{"a":1}')],
]

/** The one suite of every client that signs, over a real socket and with the real verifier. */
export function clientContract(
  name: string,
  make: (signer: Signer<HmacKey>, options: ClientOptions) => SendCall,
  traits: ClientTraits = {},
): void {
  const signer = rfc9421({ key })
  const open = async (options: Partial<ClientOptions> = {}, by: Signer<HmacKey> = signer) => {
    const at = await exchange()
    return { at, send: make(by, { origins: [at.origin], again: 0, ...options }) }
  }

  describe(`client: ${name}`, () => {
    it.each([...BODIES, ...(traits.bodies ?? [])])('sends what it signed: %s', async (_name, method, body) => {
      const { at, send } = await open()
      const answer = await send({ method, url: `${at.origin}/v1/x`, body })
      expect([answer.status, at.outcomes()]).toEqual([200, ['ok']])
    })

    it('signs the query as it is sent, however it was given', async () => {
      const { at, send } = await open()
      const url = `${at.origin}/v1/x`
      await send({ url, query: { a: 'b c', d: 'ü/=&+%', e: '' } })
      await send({ url: `${url}?z=%20%2F`, query: {} })
      await send({ url: `${url}?a=1&a=2&b=x'y(z)*!~` })
      await send({ url: `${at.origin}/caf%C3%A9/a%20b/~x`, query: { list: ['1', '2'] } })
      expect(at.outcomes()).toEqual(Array(4).fill('ok'))
    })

    it('sends and signs a header of the caller, and several of one name', async () => {
      const { at, send } = await open(
        {},
        rfc9421Signer({ key, components: ['@method', '@authority', '@path', '@query', 'x-one', 'x-list'] }),
      )
      await send({ url: at.origin, headers: { 'X-One': 'mine', 'x-list': ['a', 'b'], accept: 'text/x' } })
      expect(at.outcomes()).toEqual(['ok'])
      const [verdict] = at.verdicts
      expect(verdict?.ok === true && verdict.covered).toEqual(expect.arrayContaining(['"x-one"', '"x-list"']))
      expect([headOf(at.heads[0], 'accept'), headOf(at.heads[0], 'x-one')]).toEqual(['text/x', 'mine'])
    })

    it('sends a body’s type and length as the client sets them', async () => {
      const { at, send } = await open()
      await send({ method: 'POST', url: at.origin, body: '{"a":1}', headers: { 'content-type': 'application/x' } })
      expect(at.outcomes()).toEqual(['ok'])
      expect([headOf(at.heads[0], 'content-type'), headOf(at.heads[0], 'content-length')]).toEqual([
        'application/x',
        '7',
      ])
    })

    it('signs for no other origin', async () => {
      const { at, send } = await open({ origins: ['https://api.example.com'] })
      const error = await send({ url: at.origin }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect([codeIn(error), at.heads]).toEqual(['ORIGIN_REFUSED', []])
    })

    it.skipIf(traits.noRedirects)('signs again after a redirect', async () => {
      const { at, send } = await open()
      at.route('/old', (_, response) => response.writeHead(307, { location: '/new?b=2' }).end())
      at.route('/see', (_, response) => response.writeHead(303, { location: '/new' }).end())
      expect((await send({ method: 'POST', url: `${at.origin}/old`, body: 'x' })).status).toBe(200)
      expect((await send({ method: 'POST', url: `${at.origin}/see`, body: 'x' })).status).toBe(200)
      expect(at.outcomes()).toEqual(Array(4).fill('ok'))
      expect(new Set(at.nonces()).size).toBe(4)
    })

    it.skipIf(traits.noRedirects)('sends no signature to where a redirect leads away', async () => {
      const other = await exchange()
      const { at, send } = await open()
      at.route('/away', (_, response) => response.writeHead(307, { location: `${other.origin}/new` }).end())
      const error = await send({ method: 'POST', url: `${at.origin}/away`, body: 'x' }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(codeIn(error)).toMatch(/^(?:REDIRECT|ORIGIN)_REFUSED$/)
      expect([at.outcomes(), other.heads]).toEqual([['ok'], []])
    })

    it.skipIf(traits.noRetries)('signs every attempt anew', async () => {
      const { at, send } = await open({ again: 2 })
      let failures = 2
      at.route('/busy', (_, response) => response.writeHead(failures-- > 0 ? 502 : 200).end('done'))
      const answer = await send({ method: 'PUT', url: `${at.origin}/busy`, body: 'x' })
      expect([answer, at.outcomes()]).toEqual([{ status: 200, text: 'done' }, ['ok', 'ok', 'ok']])
      expect(new Set(at.nonces()).size).toBe(3)
    })

    it('gives up when it is told to', async () => {
      const { at, send } = await open()
      at.route('/', () => {})
      const controller = new AbortController()
      const sending = send({ url: at.origin, signal: controller.signal })
      const settled = sending.then(
        () => 'answered',
        () => 'gave up',
      )
      await expect.poll(() => at.heads.length).toBe(1)
      controller.abort()
      expect(await settled).toBe('gave up')
      const late = send({ url: at.origin, signal: controller.signal })
      await expect(late).rejects.toThrow()
      expect(at.heads).toHaveLength(1)
    })

    it('keeps 20 requests at once apart', async () => {
      const { at, send } = await open()
      const bodies = Array.from({ length: 20 }, (_, i) => `{"order":${i}}`)
      const answers = await Promise.all(bodies.map((body) => send({ method: 'POST', url: at.origin, body })))
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
      expect(new Set(at.nonces()).size).toBe(20)
    })

    it('refuses options that cannot be meant, when it is set up', () => {
      for (const wrong of [{ origins: [] }, { origins: ['http://api.example.com'] }, { origin: 'x' }])
        expect(() => make(signer, { again: 0, ...wrong } as never)).toThrow(
          expect.objectContaining({ code: 'CONFIG_INVALID' }),
        )
      expect(() => make(undefined as never, { origins: ['https://api.example.com'], again: 0 })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
    })

    it.each(traits.ignored ?? [])('refuses a setting that would have no effect: %s', async (setting, call) => {
      const at = await exchange()
      const thrown = await caught(() => call(signer, at.origin))
      expect([codeIn(thrown), at.heads]).toEqual(['ARGUMENT_INVALID', []])
      expect(String(thrown)).toContain(setting)
    })
  })
}

/** Our own rule, for clients that have none: every 502 at once. */
export const againAtOnce = (again: number) =>
  again === 0 ? {} : { retry: retries({ attempts: again + 1, backoffMs: 1 }) }
