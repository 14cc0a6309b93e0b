import type { HttpRequest } from '../../message/message.js'
import { type Attack, needsQuery } from './attack.js'
import { bytesOf, type Tampering } from './craft.js'
import { path, pathOf, queryOf, type Tampered, tampered } from './tampering.js'

/** Which request it is: method, target and host. */
export const TARGET_ATTACKS: readonly Attack[] = [
  {
    number: 65,
    name: 'path tampering and dot segments',
    tries: (kit) =>
      tampered(kit, (request) => [
        ['another path', { target: path((one) => `${one.replace(/\/$/, '')}/other`)(request) }],
        ['a slash at its end', { target: path((one) => `${one}/`)(request) }],
        ['a dot segment', { target: path((one) => `/.${one}`)(request) }],
        ['a segment of two dots', { target: path((one) => `/x/..${one}`)(request) }],
        ['an encoded dot segment', { target: path((one) => `/%2e${one}`)(request) }],
        // A path without a letter has no other case.
        path(otherCase)(request) === request.target
          ? undefined
          : ['other letter case', { target: path(otherCase)(request) }],
      ]),
  },
  {
    number: 66,
    name: 'another encoding of the path',
    tries: (kit) =>
      tampered(kit, (request) => [
        ['a letter percent-encoded', letterEncoded(request)],
        ['encoded twice', letterEncoded(request, '%25')],
      ]),
  },
  {
    number: 67,
    name: 'double slashes, backslash and parameters in the path',
    tries: (kit) =>
      tampered(kit, (request) => [
        ['a second slash', { target: path((one) => `/${one}`)(request) }],
        ['a backslash', { target: path((one) => `${one}\\`)(request) }],
        ['a parameter', { target: path((one) => `${one};a=1`)(request) }],
        ['raw UTF-8', { target: path((one) => `${one}\xc3\xa9`)(request) }],
      ]),
  },
  {
    number: 68,
    name: 'absolute form',
    tries: (kit) =>
      tampered(kit, ({ target }) => [
        ['of another host', { target: `http://attacker.example${target}` }],
        ['the signed path behind another host', { target: `http://attacker.example${pathOf(target)}` }],
      ]),
  },
  {
    number: 70,
    name: 'query extended, repeated, cut or reordered',
    tries: (kit) =>
      tampered(kit, ({ target }) => {
        const query = queryOf(target).slice(1)
        const pairs = query.split('&')
        return [
          ['a parameter added', { target: `${pathOf(target)}?${query === '' ? '' : `${query}&`}admin=1` }],
          query === '' ? undefined : ['cut', { target: pathOf(target) }],
          query === '' ? undefined : ['repeated', { target: `${target}&${query}` }],
          pairs.length < 2
            ? undefined
            : ['reordered', { target: `${pathOf(target)}?${[...pairs].reverse().join('&')}` }],
        ]
      }),
  },
  {
    number: 71,
    name: 'plus, %20 and broken escapes in the query',
    lacks: needsQuery,
    tries: (kit) =>
      tampered(kit, ({ target }) => [
        ['a broken escape', { target: `${target}%` }],
        ['a space as a plus', { target: `${target}+` }],
        /%20|\+/.test(queryOf(target))
          ? ['plus for %20', { target: pathOf(target) + swapped(queryOf(target)) }]
          : undefined,
      ]),
  },
  {
    number: 74,
    name: 'another host',
    tries: async (kit) => {
      const { craft, plain } = kit
      const { host } = new URL(plain.url)
      const elsewhere = await craft({ plain: { url: plain.url.replace(host, 'other.example') } })
      return [
        // Made for another service that knows the same key, and sent on to this one. A request for this one that only names
        // another is none: a server whose name is configured need not look at Host.
        { name: 'signed for it, and named', sent: [bytesOf(elsewhere)] },
        { name: 'signed for it, and not named', sent: [bytesOf(elsewhere, { host })] },
      ]
    },
  },
  {
    number: 75,
    name: 'method swap',
    tries: (kit) =>
      tampered(kit, ({ method }) =>
        ['DELETE', 'PUT', 'PATCH', 'POST', 'GET', method.toLowerCase()]
          .filter((one) => one !== method)
          .map((one): Tampered => [one, { method: one }]),
      ),
  },
  {
    number: 76,
    name: 'GET to HEAD',
    lacks: ({ plain }) => (plain.method === 'GET' ? undefined : 'a request with GET'),
    tries: (kit) => tampered(kit, () => [['HEAD', { method: 'HEAD' }]]),
  },
]

const otherCase = (one: string): string =>
  one.replace(/[a-z](?=[^/]*\/?$)/i, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
const swapped = (query: string): string => query.replace(/%20|\+/, (one) => (one === '+' ? '%20' : '+'))
function letterEncoded({ target }: HttpRequest, percent = '%'): Tampering {
  const hex = (letter: string): string => percent + letter.charCodeAt(0).toString(16)
  const own = pathOf(target)
  const changed = own.replace(/[a-z0-9](?=[^/]*\/?$)/i, hex)
  return { target: (changed === own ? `${own}${hex('a')}` : changed) + queryOf(target) }
}
