import { CountersignError } from '../../../errors.js'
import { type Draft, setQuery, setTarget } from './draft.js'
import { jsonText, type Params, pairsText } from './params.js'
import type { ParamsTarget, VenueSpec } from './spec.js'

/** A request by its parts, before anything is written. */
export interface Parts {
  readonly method: string
  /** Path, with a query or not. */
  readonly path: string
  readonly params?: Params | undefined
  readonly json?: unknown
}

const QUERY = /^(?:GET|HEAD|DELETE)$/
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const isQuery = (method: string): boolean => method === 'GET' || (method !== 'POST' && QUERY.test(method))

/** Where the parameters of a request go. */
const targetFor = ({ params }: VenueSpec, method: string, path: string): ParamsTarget =>
  params?.into?.(method, path) ?? (isQuery(method) ? 'query' : 'json')

/**
 * Writes path, `params` and `json` into a draft once, by the venue's rules, and returns the content type of the body ('' where
 * there is none). Parameters beside a JSON body go into the query.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function compose(spec: VenueSpec, draft: Draft, { method, path, params, json }: Parts): string {
  setTarget(draft, path)
  if (json === undefined) {
    if (params === undefined) return ''
    const into = targetFor(spec, method, draft.path)
    if (into === 'query') addQuery(draft, pairsOf(spec, params))
    else if (into === 'form') draft.body = pairsOf(spec, params)
    else return writeJson(spec, draft, method, params)
    return into === 'form' ? FORM_TYPE : ''
  }
  if (params !== undefined) addQuery(draft, pairsOf(spec, params))
  return writeJson(spec, draft, method, json)
}

function pairsOf({ params: form }: VenueSpec, params: Params): string {
  const pairs = pairsText(params, form)
  return form?.plus === true ? pairs.replaceAll('%20', '+') : pairs
}

function addQuery(draft: Draft, pairs: string): void {
  if (pairs !== '') setQuery(draft, draft.query === '' ? pairs : `${draft.query}&${pairs}`)
}

function writeJson({ name, params }: VenueSpec, draft: Draft, method: string, value: unknown): string {
  if (method === 'GET' || method === 'HEAD')
    throw new CountersignError('ARGUMENT_INVALID', `"json" expected none with ${method} at ${name}`)
  draft.body = jsonText(params?.wrap === undefined ? value : params.wrap(draft.path, value))
  return JSON_TYPE
}
