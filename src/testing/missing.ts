import type { Value } from '../exchange/spec/draft.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import { fieldValues } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import type { Part } from './answers.js'
import { parametersOf } from './parameters.js'

/** What a request lacks, and what it is called on the wire. */
export interface Missing {
  readonly part: Part
  readonly name: string
}

const PARTS: readonly unknown[] = ['key', 'sign', 'time', 'nonce', 'passphrase'] satisfies Part[]

/** Optional parts, and those of an exchange's other variants, are never missed. */
const isPart = (spec: ExchangeSpec, value: Value): value is Part =>
  PARTS.includes(value) && (value === 'key' || value === 'sign' || spec[value as 'time'] !== undefined)

/** The first part of an exchange's authentication that is not there; asked only about requests that are refused for it. */
export function missingPart(spec: ExchangeSpec, request: HttpRequest, body: string): Missing | undefined {
  for (const [name, value, read] of spec.headers ?? []) {
    // A field that holds several parts; one that is read for nothing is a partner's, and optional.
    const part = read === undefined ? value : /\(\?<[a-z]/.test(read.source) ? 'key' : '='
    if (isPart(spec, part) && (fieldValues(request.fields, name.toLowerCase())[0] ?? '') === '') return { part, name }
  }
  const { place } = spec
  if (place === undefined) return undefined
  // Where it stands inside of something, the exchange's rules look for it.
  if (place.sign?.includes('.') === true) return undefined
  const { query, form, json } = parametersOf(request.target.split('?')[1] ?? '', body)
  const list = place.sign === undefined ? place.list : [...place.list, [place.sign, 'sign'] as const]
  for (const [name, value] of list) {
    const found = query[name] ?? form[name] ?? Object(json)[name]
    if (isPart(spec, value) && (found === undefined || found === '')) return { part: value, name }
  }
  return undefined
}
