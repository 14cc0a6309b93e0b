/** A value of JSON, as it is typed behind `:=`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
export type BodyField = readonly [name: string, value: Json]

/** Fields as they are typed, a line each: `name=value`, or `name:=json`. `undefined` for a line that is neither. */
export function bodyFields(text: string): readonly BodyField[] | undefined {
  const fields: BodyField[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [, name = '', separator, value = ''] = /^\s*([^=:\s](?:[^=:]*[^=:\s])?)\s*(:?=)(.*)$/.exec(line) ?? []
    if (separator === undefined) return undefined
    const read = separator === '=' ? { value } : jsonOf(value)
    if (read === undefined) return undefined
    fields.push([name, read.value])
  }
  return fields
}

function jsonOf(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

/** The name that is there twice: an object would lose its first value. */
export const twice = (fields: readonly BodyField[]): string | undefined =>
  fields.find(([name], at) => fields.findIndex(([other]) => other === name) !== at)?.[0]

/** Pairs of a form: what is no text stands there as JSON. */
export const formPairs = (fields: readonly BodyField[]): Array<[string, string]> =>
  fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])

/** What the kinds of a body are sent as. */
const TYPES: Readonly<Record<string, string>> = {
  fields: 'application/json',
  form: 'application/x-www-form-urlencoded',
}

/** The header lines with the type that a kind of body has. */
export function withType(headers: string, kind: string): string {
  const type = TYPES[kind]
  if (type === undefined) return headers
  const line = `Content-Type: ${type}`
  return /^content-type:.*$/im.test(headers)
    ? headers.replace(/^content-type:.*$/im, line)
    : [headers, line].filter((one) => one !== '').join('\n')
}
