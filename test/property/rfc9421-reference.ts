import type { HttpMessage, HttpRequest } from '../../src/message/message.js'

/** A component the way RFC 9421 2 writes it: a name, and parameters in order. */
export interface ReferenceComponent {
  readonly name: string
  readonly parameters: ReadonlyArray<readonly [name: string, value: string | true]>
}

/**
 * The signature base written once more, straight from the text of RFC 9421 2.5 and with nothing of the library: regular
 * expressions of RFC 3986 and the platform's own URL classes. Slow and plain. Knows no `sf` and no `key`.
 */
export function referenceBase(components: readonly ReferenceComponent[], params: string, message: HttpMessage): string {
  const lines = components.map((component) => `${identifier(component)}: ${componentValue(component, message)}`)
  return [...lines, `"@signature-params": ${params}`].join('\n')
}

/** RFC 9421 2: the name in quotes, parameters behind it. */
export const identifier = ({ name, parameters }: ReferenceComponent): string =>
  `"${name}"${parameters.map(([key, value]) => (value === true ? `;${key}` : `;${key}="${value}"`)).join('')}`

function componentValue({ name, parameters }: ReferenceComponent, message: HttpMessage): string {
  const has = (key: string): boolean => parameters.some(([one]) => one === key)
  // 2.5, step 2.4: with "req" the context is the request.
  const context = has('req') ? ((message as { request?: HttpRequest }).request as HttpRequest) : message
  if (!name.startsWith('@')) return fieldValue(name, has('bs'), (has('tr') ? context.trailers : context.fields) ?? [])
  if (name === '@status') return `${(context as { status: number }).status}`
  return derived(name, parameters.find(([key]) => key === 'name')?.[1] as string, context as HttpRequest)
}

/** 2.1, the four steps; with 2.1.3 each value is wrapped before they are joined. */
function fieldValue(name: string, bs: boolean, lines: readonly string[]): string {
  const values: string[] = []
  for (let at = 0; at < lines.length; at += 2) {
    if (lines[at]?.toLowerCase() !== name) continue
    const stripped = (lines[at + 1] as string).replace(/^[ \t]+/, '').replace(/[ \t]+$/, '')
    values.push(stripped)
  }
  if (values.length === 0) throw new Error('absent')
  return (bs ? values.map((value) => `:${Buffer.from(value, 'latin1').toString('base64')}:`) : values).join(', ')
}

// RFC 3986 appendix B.
const URI = /^(([^:/?#]+):)?(\/\/([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?/

function derived(name: string, parameter: string, request: HttpRequest): string {
  const { method, target } = request
  const scheme = request.scheme.toLowerCase()
  // RFC 9110 4.2.3, as the platform does it: lower case, without the default port.
  const authority = new URL(`${scheme}://${request.authority}`).host
  const whole = `${scheme}://${authority}${target}`
  const parts = URI.exec(whole) as RegExpExecArray
  const path = parts[5] === '' ? '/' : (parts[5] as string)
  const query = parts[7] ?? ''
  const values: Readonly<Record<string, () => string>> = {
    '@method': () => method,
    '@target-uri': () => whole,
    '@authority': () => authority,
    '@scheme': () => scheme,
    '@request-target': () => target,
    '@path': () => path,
    '@query': () => `?${query}`,
    '@query-param': () => queryParam(query, parameter),
  }
  return (values[name] as () => string)()
}

/** 2.2.8: parsed as a form, encoded again with its percent-encode set and "%20" for a space. */
function queryParam(query: string, name: string): string {
  const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1).replaceAll('+', '%20')
  const found = [...new URLSearchParams(`?${query}`)].filter(([one]) => encoded(one) === name)
  if (found.length !== 1) throw new Error('absent or repeated')
  return encoded(found[0]?.[1] as string)
}
