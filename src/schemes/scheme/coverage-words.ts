import { kindOf, nearest } from '../../errors.js'

// A field name in lower case (RFC 9110 5.1), with one dictionary member, or any, where that is what must be covered.
const FIELD = "[!#$%&'*+.^_`|~0-9a-z-]+"
const MEMBER = ';key=(?:"[a-z*][a-z0-9_.*-]*"|\\*)'
/** One call, so that a bundler can leave out what is not used. */
const whole = (...parts: readonly string[]): RegExp => new RegExp(`^(?:${parts.join('')})$`)

const TOKEN = /* @__PURE__ */ whole(FIELD)
const OF_FIELD = `field:${FIELD}(?:${MEMBER}|;bs|;sf)?`

/** What is written for what a message has no component of that name for. */
type Meant = Readonly<Record<string, string>>

/** What the messages of one kind can have covered. One object for each, so that a bundle holds those that it judges. */
interface Words {
  /** The words of {@link Coverage} that stand alone. */
  readonly words: readonly string[]
  /** Those with a name behind a colon, for messages. */
  readonly forms: string
  readonly named: RegExp
  readonly meant: Meant
  /** What was probably meant, by the word before the first separator and what stands behind it; both in lower case. */
  hint(text: string, lower: string, prefix: string, rest: string): string | undefined
}

/** What is written for what a request is sent to, and for members of a policy that are none of its components. */
const OF_REQUEST: Meant = {
  digest: '"body"',
  'content-digest': '"body"',
  host: '"authority"',
  origin: '"scheme" and "authority"',
  url: '"path" and "query"',
  uri: '"path" and "query"',
  target: '"path" and "query"',
  'request-target': '"path" and "query"',
  'target-uri': '"scheme", "authority", "path" and "query"',
  nonce: 'the option requireNonce: true',
  expires: 'the option requireExpires: true',
  created: 'nothing: a time is always required',
}

const REQUEST: Words = {
  words: ['method', 'scheme', 'authority', 'path', 'query', 'body', 'parameters', 'query-parameters'],
  forms: 'field:… or query-param:…',
  named: /* @__PURE__ */ whole(OF_FIELD, '|query-param:[A-Za-z0-9%*._-]+'),
  meant: OF_REQUEST,
  hint: (text, lower, prefix, rest) => {
    if (/^(?:req|request)$/.test(prefix)) return hintOf(rest, REQUEST)
    if (!/^(?:query|query-param|parameter|param)s?$/.test(prefix)) return fieldHint(lower, prefix, rest, REQUEST)
    const name = text
      .slice(text.length - rest.length)
      .replace(/^name=/, '')
      .replace(/^"|"$/g, '')
    return /^[A-Za-z0-9%*._-]+$/.test(name) ? `"query-param:${name}"` : undefined
  },
}

const RESPONSE: Words = {
  words: ['status', 'body'],
  forms: 'field:… or request:…',
  named: /* @__PURE__ */ whole(OF_FIELD, '|request:(?:@', FIELD, '|', FIELD, '(?:', MEMBER, ')?)'),
  meant: { digest: '"body"', 'content-digest': '"body"' },
  hint: (_, lower, prefix, rest) => {
    const part = /^(?:req|request)$/.test(prefix) ? rest.replace(/^@/, '') : lower.replace(/"?;req$/, '')
    if (['method', 'authority', 'path', 'query', 'scheme'].includes(part)) return `"request:@${part}"`
    if (part === 'host') return '"request:@authority"'
    return prefix.startsWith('req') && TOKEN.test(part) ? `"request:${part}"` : fieldHint(lower, prefix, rest, RESPONSE)
  },
}

/** Fields without a hyphen, which read like a misspelt word. */
const FIELDS: readonly string[] = ['accept', 'authorization', 'cookie', 'date', 'etag', 'from', 'link', 'range', 'via']

/** What was probably meant by a field, or by a word that is none; `undefined` where nothing is near. */
function fieldHint(lower: string, prefix: string, rest: string, { words, meant }: Words): string | undefined {
  // A member without its quotes, or in the words of a pattern.
  const [, of, member] = /^(?:header|field|http)s?:([^;]+);key=["']?([^"']*)["']?$/.exec(lower) ?? []
  if (of !== undefined && member !== undefined && TOKEN.test(of)) {
    if (/^(?:any|\.\*|)$/.test(member)) return `"field:${of};key=*"`
    return /^[a-z*][a-z0-9_.*-]*$/.test(member) ? `'field:${of};key="${member}"'` : undefined
  }
  if (/^(?:header|field|http)s?$/.test(prefix)) {
    const name = rest.replace(/^"|"$/g, '')
    return (name === 'host' && meant['host']) || (TOKEN.test(name) ? `"field:${name}"` : undefined)
  }
  if (Object.hasOwn(meant, lower)) return meant[lower]
  if (FIELDS.includes(lower)) return `"field:${lower}"`
  const near = nearest(lower, words)
  if (near !== undefined) return `"${near}"`
  return TOKEN.test(lower) && lower.includes('-') ? `"field:${lower}"` : undefined
}

function hintOf(fact: string, { words, hint }: Words): string | undefined {
  const text = fact.trim().replace(/^["'@]+|["']+$/g, '')
  const lower = text.toLowerCase()
  if (words.includes(lower)) return `"${lower}"`
  const [, prefix = '', rest = ''] = /^([a-z-]+)[:.; ]+(.+)$/.exec(lower) ?? []
  return hint(text, lower, prefix, rest)
}

function problemOf(fact: unknown, on: Words): string | undefined {
  const says = `must be one of ${on.words.join(', ')}, ${on.forms}, got `
  if (typeof fact !== 'string') return says + kindOf(fact)
  if (on.words.includes(fact) || on.named.test(fact)) return undefined
  const meant = hintOf(fact, on)
  return says + JSON.stringify(fact.slice(0, 64)) + (meant ? `; did you mean ${meant}?` : '')
}

/**
 * What is wrong with one component that a policy names, behind its name; `undefined` for nothing. A word that no request can
 * cover would refuse every one of them, as if its sender had left it out.
 */
export const coverageProblem = (fact: unknown): string | undefined => problemOf(fact, REQUEST)

/** {@link coverageProblem} of responses. */
export const responseCoverageProblem = (fact: unknown): string | undefined => problemOf(fact, RESPONSE)
