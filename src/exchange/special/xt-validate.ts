import { fail } from '../../errors.js'
import type { Coverage } from '../../schemes/scheme.js'
import type { Draft } from '../spec/draft.js'
import { sortedPairs } from '../spec/pairs.js'
import { rawText } from '../spec/percent.js'
import type { ExchangeSpec } from '../spec/spec.js'

const part = (text: string): string => (text === '' ? '' : `#${text}`)
const sortedRaw = (pairs: string): string => rawText(sortedPairs(pairs))
// JSON as it is; a form by name, as the query.
const bodyText = (body: string): string => (/^\s*[{[]/.test(body) ? body : sortedRaw(body))

/** Of a form, which is signed as the query is, it is not proven what stood where. */
export const withoutBody = ({ body }: Draft): readonly Coverage[] => (/^\s*[{[]/.test(body) ? [] : ['body'])

/**
 * A query is signed decoded, and a body stands behind "#": no parameter reads as the start of JSON there.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`.
 */
export function readXt({ method, query, body }: Draft): void {
  if (method === 'GET' && body !== '') fail('AUTH_MALFORMED', 'a GET must have no body')
  if (/(?:^|[&#])\s*[{[]/.test(rawText(query)))
    fail('AUTH_MALFORMED', 'the query must not hold what starts as a JSON body does')
}

/** The fields of a request, and what is signed of it. @param prefix what the fields' names begin with */
export const spotFields = (prefix: string): Pick<ExchangeSpec, 'headers' | 'base'> => ({
  headers: [
    [`${prefix}-algorithms`, '=HmacSHA256'],
    [`${prefix}-appkey`, 'key'],
    [`${prefix}-recvwindow`, 'window'],
    [`${prefix}-timestamp`, 'time'],
    [`${prefix}-signature`, 'sign'],
  ],
  base: ({ key, time, window, method, path, query, body }) =>
    `${prefix}-algorithms=HmacSHA256&${prefix}-appkey=${key}&${prefix}-recvwindow=${window}&${prefix}-timestamp=${time}` +
    `#${method}#${path}${part(sortedRaw(query))}${part(bodyText(body))}`,
})

/** The same of futures, which sign neither window nor method. @param queryText how the query is written */
export const futuresFields = (
  prefix: string,
  queryText: (query: string) => string = sortedRaw,
): Pick<ExchangeSpec, 'headers' | 'base'> => ({
  headers: [
    [`${prefix}-appkey`, 'key'],
    [`${prefix}-timestamp`, 'time'],
    [`${prefix}-signature`, 'sign'],
  ],
  base: ({ key, time, path, query, body }) =>
    `${prefix}-appkey=${key}&${prefix}-timestamp=${time}#${path}${part(queryText(query))}${part(bodyText(body))}`,
})
