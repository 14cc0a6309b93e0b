import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import { expect } from 'vitest'
import type { HttpRequest } from '../../src/message/message.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import { FOLDED_FIELDS } from '../../src/server/steps/unambiguous.js'
import { attack, attacks } from './attack.js'
import { dropField, FOUR, forge, withFields } from './forge.js'
import { HOSTS, listen, start } from './hosts.js'
import { bot, get, params, world } from './world.js'

/** Signed with one line of a field, and covering it. */
const covering = (name: string, value: string, id = `"${name}"`): HttpRequest =>
  forge({ request: get('/orders', name, value), covered: [...FOUR, id], params: params(), key: bot })

/** The same bytes of the base, the line cut at its comma. */
const cut = (signed: HttpRequest, name: string, ...lines: readonly string[]): HttpRequest =>
  withFields(dropField(signed, name), ...lines.flatMap((line) => [name, line]))

// What every request has once is refused twice whether it is covered or not, and by the parser before.
const OFTEN = [...FOLDED_FIELDS].filter(
  (name) => !['host', 'content-length', 'content-type', 'authorization'].includes(name),
)

attacks('folded-lines', () => {
  for (const host of HOSTS) {
    attack(106, `every field that Node folds or drops, ${host}`, async (shows) => {
      const server = await start(host)
      for (const name of OFTEN) {
        const signed = covering(name, 'a=1, b=2')
        shows((await server.send(cut(signed, name, 'a=1', 'b=2'))).code, 'HEADER_DUPLICATE', name)
        shows((await server.send(signed)).code, 'ok', name)
      }
      for (const id of ['"cookie";key="a"', '"cookie";bs']) {
        const crumbs = forge({
          request: get('/orders', 'Cookie', 'a=1', 'cookie', 'b=2'),
          covered: [...FOUR, id],
          params: params(),
          key: bot,
        })
        shows((await server.send(crumbs)).code, 'HEADER_DUPLICATE', id)
      }
      expect(server.reached()).toBe(OFTEN.length)
    })

    attack(106, `honest lines, ${host}`, async (shows) => {
      const server = await start(host)
      // A list field reads the same in one line and in two.
      const list = covering('x-list', 'a, b')
      shows((await server.send(cut(list, 'x-list', 'a', 'b'))).code, 'ok')
      // What is not covered says nothing, however often it comes.
      const plain = forge({ request: get('/orders'), covered: FOUR, params: params(), key: bot })
      shows(
        (await server.send(withFields(plain, 'Cookie', 'a=1', 'Cookie', 'b=2', 'User-Agent', 'x', 'User-Agent', 'y')))
          .code,
        'ok',
      )
    })
  }

  attack(106, 'HTTP/2, where cookies come in crumbs', async (shows) => {
    const { verifier, audit } = world()
    const verify = verifyRequest(verifier)
    const cookies: Array<string | undefined> = []
    const server = createServer(async (request, response) => {
      if ((await verify(request, response))?.ok) {
        cookies.push(request.headers.cookie)
        response.end()
      }
    })
    const port = await listen(server.listen(0, '127.0.0.1'))
    const session = connect(`http://127.0.0.1:${port}`)
    const send = async (request: HttpRequest): Promise<string> => {
      const headers: Record<string, string | string[]> = {
        ':method': 'GET',
        ':authority': request.authority,
        ':path': request.target,
      }
      for (let i = 0; i < request.fields.length; i += 2) {
        const name = (request.fields[i] as string).toLowerCase()
        headers[name] =
          name in headers
            ? [headers[name] as string, request.fields[i + 1] as string].flat()
            : (request.fields[i + 1] as string)
      }
      const stream = session.request(headers)
      stream.resume()
      await once(stream, 'close')
      return audit.at(-1)?.code ?? 'ok'
    }
    const crumbs = covering('cookie', 'a=1; b=2')
    shows(await send(crumbs), 'ok')
    shows(await send(cut(covering('cookie', 'a=1; b=2'), 'cookie', 'a=1', 'b=2')), 'ok')
    expect(cookies).toEqual(['a=1; b=2', 'a=1; b=2'])
    // Cut at a comma, the crumbs are another value, in the application and in the base alike.
    shows(await send(cut(covering('cookie', 'a=1, b=2'), 'cookie', 'a=1', 'b=2')), 'SIGNATURE_INVALID')
    session.close()
  })
})
