import { kindOf, nearest } from '../../errors.js'

/** The words of {@link Coverage} that stand alone, by the message that can have them. */
const WORDS = {
  request: ['method', 'scheme', 'authority', 'path', 'query', 'body', 'parameters', 'query-parameters'],
  response: ['status', 'body'],
} as const
// A field name in lower case (RFC 9110 5.1), with one dictionary member, or any, where that is what must be covered.
const FIELD = "[!#$%&'*+.^_`|~0-9a-z-]+"
const MEMBER = ';key=(?:"[a-z*][a-z0-9_.*-]*"|\\*)'
const NAMED = {
  request: new RegExp(`^(?:field:${FIELD}(?:${MEMBER}|;bs|;sf)?|query-param:[A-Za-z0-9%*._-]+)$`),
  response: new RegExp(`^(?:field:${FIELD}(?:${MEMBER}|;bs|;sf)?|request:(?:@${FIELD}|${FIELD}(?:${MEMBER})?))$`),
}
const FORMS = { request: 'field:… or query-param:…', response: 'field:… or request:…' }
const TOKEN = new RegExp(`^${FIELD}$`)

/** What is written for what a request is sent to, and for members of a policy that are none of its components. */
const MEANT: Readonly<Record<string, string>> = {
  host: '"authority"',
  origin: '"scheme" and "authority"',
  url: '"path" and "query"',
  uri: '"path" and "query"',
  target: '"path" and "query"',
  'request-target': '"path" and "query"',
  'target-uri': '"scheme", "authority", "path" and "query"',
  digest: '"body"',
  'content-digest': '"body"',
  nonce: 'the option requireNonce: true',
  expires: 'the option requireExpires: true',
  created: 'nothing: a time is always required',
}
/** Fields without a hyphen, which read like a misspelt word. */
const FIELDS: readonly string[] = ['accept', 'authorization', 'cookie', 'date', 'etag', 'from', 'link', 'range', 'via']

/** What was probably meant; `undefined` where nothing is near. */
function hint(fact: string, on: 'request' | 'response'): string | undefined {
  const text = fact.trim().replace(/^["'@]+|["']+$/g, '')
  const lower = text.toLowerCase()
  const words: readonly string[] = WORDS[on]
  if (words.includes(lower)) return `"${lower}"`
  const [, prefix = '', rest = ''] = /^([a-z-]+)[:.; ]+(.+)$/.exec(lower) ?? []
  if (on === 'response') {
    const part = /^(?:req|request)$/.test(prefix) ? rest.replace(/^@/, '') : lower.replace(/"?;req$/, '')
    if (['method', 'authority', 'path', 'query', 'scheme'].includes(part)) return `"request:@${part}"`
    if (part === 'host') return '"request:@authority"'
    if (prefix.startsWith('req') && TOKEN.test(part)) return `"request:${part}"`
  } else if (/^(?:req|request)$/.test(prefix)) return hint(rest, on)
  if (on === 'request' && /^(?:query|query-param|parameter|param)s?$/.test(prefix)) {
    const name = text
      .slice(text.length - rest.length)
      .replace(/^name=/, '')
      .replace(/^"|"$/g, '')
    return /^[A-Za-z0-9%*._-]+$/.test(name) ? `"query-param:${name}"` : undefined
  }
  // A member without its quotes, or in the words of a pattern.
  const [, of, member] = /^(?:header|field|http)s?:([^;]+);key=["']?([^"']*)["']?$/.exec(lower) ?? []
  if (of !== undefined && member !== undefined && TOKEN.test(of)) {
    if (/^(?:any|\.\*|)$/.test(member)) return `"field:${of};key=*"`
    return /^[a-z*][a-z0-9_.*-]*$/.test(member) ? `'field:${of};key="${member}"'` : undefined
  }
  if (/^(?:header|field|http)s?$/.test(prefix)) {
    const name = rest.replace(/^"|"$/g, '')
    return name === 'host' && on === 'request' ? MEANT['host'] : TOKEN.test(name) ? `"field:${name}"` : undefined
  }
  if (Object.hasOwn(MEANT, lower) && (on === 'request' || MEANT[lower] === '"body"')) return MEANT[lower]
  if (FIELDS.includes(lower)) return `"field:${lower}"`
  const near = nearest(lower, words)
  if (near !== undefined) return `"${near}"`
  return TOKEN.test(lower) && lower.includes('-') ? `"field:${lower}"` : undefined
}

/**
 * What is wrong with one component that a policy names, behind its name; `undefined` for nothing. A word that no message of
 * this kind can cover would refuse every one of them, as if its sender had left it out.
 */
export function coverageProblem(fact: unknown, on: 'request' | 'response'): string | undefined {
  const words: readonly string[] = WORDS[on]
  if (typeof fact === 'string' && (words.includes(fact) || NAMED[on].test(fact))) return undefined
  const meant = typeof fact === 'string' ? hint(fact, on) : undefined
  const got = typeof fact === 'string' ? JSON.stringify(fact.slice(0, 64)) : kindOf(fact)
  return `must be one of ${words.join(', ')}, ${FORMS[on]}, got ${got}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}
