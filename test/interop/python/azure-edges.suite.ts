import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../../../src/message/message.js'
import { verdictCode } from '../../expect-code.js'
import { judged, requestOf, SCHEMES, type Sent, sentBy } from './azure-sent.js'

/** Names, metadata, queries, bodies and permissions at the edge of what the packages of Azure for Python take. */

const { requests, failures } = sentBy('azure_edges.py')
const outcome = async (one: Sent, request: HttpRequest): Promise<string> => verdictCode(await judged(one, request))

/** What the packages send and is refused all the same, with the reason. */
const REFUSED: ReadonlyArray<readonly [scheme: string, name: RegExp, outcome: string]> = [
  // Cosmos DB wants POST with X-HTTP-Method: MERGE, and the shared key of tables signs no field.
  ['azure-table', /^upsert .* at https:\/\/\w+\.table\.cosmos/, 'METHOD_MALFORMED'],
  // Servers read one as a separator, and cut at the other.
  ['azure-sas', /\[\]\{\}\|/, 'AUTH_MALFORMED'],
  ['azure-sas', /a\\tb/, 'AUTH_MALFORMED'],
]
const expected = ({ scheme, name }: Sent): string =>
  REFUSED.find(([of, names]) => of === scheme && names.test(name))?.[2] ?? 'ok'

test('every client took what it was asked for', () => {
  expect(failures).toEqual({})
  expect(requests.length).toBeGreaterThan(500)
})

describe.each(Object.keys(SCHEMES))('%s', (scheme) => {
  const mine = requests.filter((one) => one.scheme === scheme)

  test('each request is accepted, or is in the table of what is refused', async () => {
    expect(mine.length).toBeGreaterThan(30)
    for (const one of mine) expect(await outcome(one, requestOf(one)), one.name).toBe(expected(one))
  })

  test('none is accepted with another path, method or time', async () => {
    for (const one of mine) {
      const request = requestOf(one)
      const [path = '', query] = request.target.split('?')
      const dated = request.fields.map((value, at) =>
        at % 2 === 1 && /^x-ms-date$/i.test(request.fields[at - 1] as string)
          ? value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))
          : value,
      )
      // A SAS of an account is for all of it, and none is for a method.
      const isSas = scheme === 'azure-sas'
      const changed: readonly HttpRequest[] = [
        ...(isSas
          ? []
          : [
              { ...request, method: 'OPTIONS' },
              { ...request, fields: dated },
            ]),
        ...(/^account|^container|^share|^table|^queue/.test(one.name)
          ? []
          : [{ ...request, target: `${path}z${query === undefined ? '' : `?${query}`}` }]),
        ...(isSas ? [{ ...request, target: request.target.replace(/sp=\w/, 'sp=i') }] : []),
      ]
      for (const [at, other] of changed.entries()) expect(await outcome(one, other), `${one.name} ${at}`).not.toBe('ok')
    }
  })
})
