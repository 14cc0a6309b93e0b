import type { Bytes } from '../../crypto/key.js'
import { punctuated } from '../../schemes/scheme/json-text.js'
import type { Mistake } from '../../schemes/scheme/mistakes.js'
import type { Draft } from '../spec/draft.js'
import { memberTexts, rawMembers } from '../spec/json-elements.js'
import type { ExchangeSpec } from '../spec/spec.js'
import { type ExchangeState, withDraft } from './state.js'
import { writes } from './text.js'

/** Exchanges whose key, time and signature are members of the JSON that is sent. */
const isInBody = ({ place }: ExchangeSpec): boolean => place?.sign !== undefined && place.parts.includes('json')

const isObject = (body: string): boolean => /^\s*\{/.test(body)

/** A body as it was before its signature was put into it; what is no JSON object, or has none, stays. */
export function unsignedBody({ place }: ExchangeSpec, { body }: Draft): string {
  const name = place?.sign
  if (name === undefined || !isObject(body)) return body
  const quoted = name.replace(/[^A-Za-z0-9_-]/g, '')
  const value = `\\s*"${quoted}"\\s*:\\s*(?:"[^"\\\\]*"|null)`
  return body.replace(new RegExp(`(?:,${value}(?=\\s*[,}])|(?<=\\{)${value}\\s*,?)`), '')
}

/** The members of authentication that a sender adds, by name. */
const addedNames = ({ place, messages }: ExchangeSpec): readonly string[] => [
  ...(place?.list ?? []).flatMap(([name, value]) => (typeof value === 'string' ? [name] : [])),
  // What a place of its own writes is named alike where messages are signed.
  ...(place?.list.length === 0 && messages !== undefined
    ? ['account', 'agent_wallet', 'timestamp', 'expiry_window']
    : []),
]

type Members = ReadonlyArray<readonly [name: string, raw: string, text: string]>

function membersOf(body: string): Members {
  const texts = memberTexts(body)
  return rawMembers(body).map(([name, raw], at) => [name, raw, texts[at]?.[1] ?? raw])
}

const written = (members: Members): string =>
  `{${members.map(([name, raw]) => `${JSON.stringify(name)}:${raw}`).join(',')}}`

/** Without what was added: all of it, and each alone. */
function before(members: Members, added: readonly string[]): ReadonlyArray<readonly [Members, string]> {
  const there = added.filter((name) => members.some(([one]) => one === name))
  const without = (names: readonly string[]) =>
    [members.filter(([name]) => !names.includes(name)), `without ${names.join(', ')}`] as const
  return [...(there.length > 1 ? [without(there)] : []), ...there.map((name) => without([name]))]
}

const byName = (members: Members): Members => [...members].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** Members in the orders in which programs join them. */
function orders(members: Members, added: readonly string[]): ReadonlyArray<readonly [Members, string]> {
  const own = members.filter(([name]) => !added.includes(name))
  const auth = members.filter(([name]) => added.includes(name))
  return [
    [members, 'in the order of the body'],
    [byName(members), 'sorted by name'],
    [[...own, ...auth], `${added.join(', ')} behind the others`],
    [[...auth, ...own], `${added.join(', ')} before the others`],
  ]
}

type Join = readonly [join: (members: Members) => string, detail: string]

const JOINS: readonly Join[] = [
  [(all) => all.map(([name, , text]) => `${name}=${text}`).join('&'), 'name=value joined with "&"'],
  [(all) => all.map(([name, , text]) => `${name}=${text}`).join(','), 'name=value joined with ","'],
  [(all) => all.map(([name, , text]) => name + text).join(''), 'names and values with nothing between'],
  [(all) => all.map(([, , text]) => text).join(''), 'the values with nothing between'],
  [(all) => all.map(([, , text]) => text).join(','), 'the values joined with ","'],
  [
    (all) => all.map(([name, , text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join('&'),
    'as a form',
  ],
  [(all) => all.map(([name, raw]) => `${name}=${raw}`).join('&'), 'name=value with quotes, joined with "&"'],
]

/** The members as they stand joined in the text that is right. */
function runIn(base: string, members: Members): string | undefined {
  for (const all of [members, byName(members)])
    for (const [join] of JOINS) if (base.includes(join(all)) && join(all).length > 2) return join(all)
  return undefined
}

const FIX =
  'Fill the object first, with key and time in it, make the text to sign of all of it, and add the signature last.'

/** What goes wrong where the signature is a member of the body that it signs. */
export function inBodyMistakes(spec: ExchangeSpec): ReadonlyArray<Mistake<ExchangeState>> {
  if (!isInBody(spec)) return []
  const added = addedNames(spec)
  const bodyOf = ({ draft }: ExchangeState): Members | undefined =>
    isObject(draft.body) ? membersOf(draft.body) : undefined
  return [
    {
      id: 'signed-before-added',
      part: 'body',
      rank: 1,
      cause: 'The text was signed before key, time or nonce were put into the body.',
      fix: FIX,
      *apply(state) {
        const members = bodyOf(state)
        if (members !== undefined)
          for (const [rest, detail] of before(members, added)) yield [withDraft(state, { body: written(rest) }), detail]
      },
    },
    {
      id: 'body-as-text',
      part: 'text to sign',
      rank: 1,
      cause: `The characters of the body were signed, where ${spec.name} has names and values signed.`,
      fix: 'Join names and values as the page of the exchange says, and sign that text: the JSON itself is not signed.',
      *apply(state) {
        const members = bodyOf(state)
        if (members === undefined) return
        yield [writes(state, (_, { body }) => body), 'as they are']
        for (const [one, how] of [...orders(members, added), ...before(members, added)])
          for (const [comma, colon] of [
            [',', ':'],
            [', ', ': '],
          ] as const) {
            const text = punctuated(written(one), comma, colon)
            yield [writes(state, () => text), `${how}${colon === ':' ? '' : ', with spaces'}`]
          }
        yield [writes(state, (_, { path, body }) => path + body), 'behind the path']
        yield [writes(state, (_, { method, path, body }) => method + path + body), 'behind method and path']
        yield [writes(state, (_, { time, nonce, body }) => time + nonce + body), 'behind the time']
        yield [
          writes(state, (_, { time, nonce, method, path, body }) => time + nonce + method + path + body),
          'behind time, method and path',
        ]
      },
    },
    {
      id: 'members-joined',
      part: 'text to sign',
      rank: 1,
      cause: `The members of the body were joined in another way than ${spec.name} joins them.`,
      fix: 'Join names and values in the order and with the marks of the page of the exchange.',
      *apply(state) {
        const members = bodyOf(state)
        if (members === undefined) return
        const sets = [
          ...orders(members, added),
          ...before(members, added).map(([rest, how]) => [byName(rest), how] as const),
        ]
        // The text is the same for most of them: what is looked for in it is found once.
        let known: readonly [base: string, run: string] = ['', '']
        const runOf = (base: string): string => {
          if (known[0] !== base) known = [base, runIn(base, members) ?? base]
          return known[1]
        }
        for (const [set, how] of sets)
          for (const [join, mark] of JOINS) {
            const text = join(set)
            const change = (base: Bytes): Bytes =>
              typeof base === 'string' ? base.replace(runOf(base), () => text) : base
            yield [writes(state, change), `${how}, ${mark}`]
          }
      },
    },
  ]
}
