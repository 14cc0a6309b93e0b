import { fail } from '../../errors.js'
import { type Draft, setQuery, setTarget } from './draft.js'
import { bodyJson, type Params, pairsText, paramsJson } from './params.js'
import type { ExchangeSpec, ParamsTarget } from './spec.js'

/** A request by its parts, before anything is written. */
export interface Parts {
  readonly method: string
  /** Path, with a query or not. */
  readonly path: string
  readonly params?: Params | undefined
  readonly json?: unknown
  /** True where the body is there already: parameters then go into the query. */
  readonly hasBody?: boolean
}

const QUERY = /^(?:GET|HEAD|DELETE)$/
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const isQuery = (method: string): boolean => method === 'GET' || (method !== 'POST' && QUERY.test(method))

/** Where the parameters of a request go. */
export function targetFor({ params }: ExchangeSpec, method: string, path: string): ParamsTarget {
  if (method === 'POST' && params?.postInQuery?.test(path) === true) return 'query'
  const into = params?.into ?? (isQuery(method) ? 'query' : 'json')
  if (typeof into === 'string') return into
  return (Object.hasOwn(into, method) ? into[method] : into.other) as ParamsTarget
}

/**
 * Writes path, `params` and `json` into a draft once, by the exchange's rules, and returns the content type of the body ('' where
 * there is none). Parameters beside a JSON body, or beside a body that is text already, go into the query.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function compose(spec: ExchangeSpec, draft: Draft, { method, path, params, json, hasBody }: Parts): string {
  setTarget(draft, path)
  if (json !== undefined) {
    if (hasBody === true) fail('ARGUMENT_INVALID', '"json" must not stand beside "body": one of them is the body')
    if (params !== undefined) addQuery(draft, pairsOf(spec, params))
    draft.body = bodyJson(json, jsonBody(spec, draft, method, 'json'))
    return JSON_TYPE
  }
  if (params === undefined) return ''
  const into = hasBody === true ? 'query' : targetFor(spec, method, draft.path)
  if (into === 'query') addQuery(draft, pairsOf(spec, params))
  else if (into === 'form') draft.body = pairsOf(spec, params)
  else {
    draft.body = paramsJson(params, jsonBody(spec, draft, method, 'params'))
    return JSON_TYPE
  }
  return into === 'form' ? FORM_TYPE : ''
}

function pairsOf({ params: form }: ExchangeSpec, params: Params): string {
  const pairs = pairsText(params, form)
  return form?.plus === true ? pairs.replaceAll('%20', '+') : pairs
}

function addQuery(draft: Draft, pairs: string): void {
  if (pairs !== '') setQuery(draft, draft.query === '' ? pairs : `${draft.query}&${pairs}`)
}

const same = (value: unknown): unknown => value

/** What the exchange puts around a JSON body. */
function jsonBody(
  { name, params, onlyForms }: ExchangeSpec,
  draft: Draft,
  method: string,
  from: string,
): (value: unknown) => unknown {
  if (onlyForms === true) fail('ARGUMENT_INVALID', `"${from}" must not be JSON: ${name} takes none, pass "params"`)
  if (method === 'GET' || method === 'HEAD')
    fail('ARGUMENT_INVALID', `"${from}" must not be a JSON body with ${method} at ${name}`)
  const { wrap } = params ?? {}
  return wrap === undefined ? same : (value) => wrap.write(draft.path, value)
}
