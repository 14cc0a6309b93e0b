import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { Problem } from '../../scheme/scheme-reading.js'
import type { UntrustedSignature } from '../../scheme.js'

/*
 * Where senders go wrong with the profiles of RFC 9421: what each of them asks for beyond a signature that verifies. The rules are
 * those of the profiles beside this file; a test holds the two together.
 */

/** What one profile asks for. */
export interface ProfileExpectation {
  readonly name: string
  /** '' where none is given, and `field` gives the profile away. */
  readonly tag: string
  readonly field?: string
  /**
   * Components that are covered, by their names; of a pair with `|` one is enough. With `?` where the field is sent, with `!` in
   * requests that change something.
   */
  readonly covered: readonly string[]
  readonly parameters: ReadonlyArray<'created' | 'expires' | 'nonce' | 'keyid' | 'alg'>
  /** The key states the algorithm, and the signature must not. */
  readonly noAlg?: true
  /** The longest life, in milliseconds. */
  readonly lifeMs?: number
  /** The key id is a thumbprint (RFC 7638). */
  readonly thumbprint?: true
  /** The form of a nonce, and that in words. */
  readonly nonce?: readonly [form: RegExp, words: string]
  /** A field that has a form of its own, where it is sent. */
  readonly form?: readonly [field: string, form: RegExp, words: string]
}

const BODY = 'content-digest?'

/** The profiles that a tag gives away. */
export const PROFILES: readonly ProfileExpectation[] = [
  {
    name: 'Web Bot Auth',
    tag: 'web-bot-auth',
    covered: ['@authority|@target-uri', 'signature-agent'],
    parameters: ['created', 'expires', 'keyid'],
    lifeMs: 86_400_000,
    thumbprint: true,
  },
  {
    name: 'GNAP',
    tag: 'gnap',
    covered: ['@method', '@target-uri', 'authorization?', BODY],
    parameters: ['created', 'keyid'],
    noAlg: true,
    form: ['authorization', /^GNAP /i, 'the scheme GNAP before a token that is bound to a key (RFC 9635 7.2)'],
  },
  {
    name: 'GNAP (rotation)',
    tag: 'gnap-rotate',
    covered: ['@method', '@target-uri', 'authorization?', BODY, 'signature', 'signature-input'],
    parameters: ['created', 'keyid'],
    noAlg: true,
  },
  {
    name: 'FAPI 2.0',
    tag: 'fapi-2-request',
    covered: ['@method', '@target-uri', 'authorization', 'dpop?', BODY],
    parameters: ['created', 'keyid'],
  },
  ...(['request', 'webhook'] as const).map(
    (use): ProfileExpectation => ({
      name: 'AdCP',
      tag: `adcp/${use}-signing/v1`,
      covered: ['@method', '@target-uri', '@authority', 'content-type?'],
      parameters: ['created', 'expires', 'nonce', 'keyid', 'alg'],
      lifeMs: 300_000,
      nonce: [/^[A-Za-z0-9_-]{22,}$/, 'at least 16 bytes in base64url, without padding'],
    }),
  ),
  ...(['agent-browser-auth', 'agent-payer-auth'] as const).map(
    (tag): ProfileExpectation => ({
      name: "Visa's Trusted Agent Protocol",
      tag,
      covered: ['@authority', '@path'],
      parameters: ['created', 'expires', 'nonce', 'keyid', 'alg'],
      lifeMs: 480_000,
    }),
  ),
]

/** The one whose requests are known by a field, and have no tag. */
export const UCP: ProfileExpectation = {
  name: 'UCP',
  tag: '',
  field: 'ucp-agent',
  covered: ['@method', '@authority', '@path', 'ucp-agent', 'idempotency-key!', BODY, 'content-type?'],
  parameters: ['keyid'],
  noAlg: true,
  form: ['ucp-agent', /(?:^|[\s,])profile="https:\/\/[^"]+"/, 'profile="https://…", with the quotation marks'],
}
const CHANGES = /^(?:POST|PUT|DELETE|PATCH)$/

/** Tags of messages that are no requests. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  __proto__: null as never,
  'http-message-signatures-directory': 'the answer of a key directory',
  'fapi-2-response': 'an answer of FAPI 2.0',
}

const plain = (tag: string): string => tag.toLowerCase().replace(/[^a-z0-9]/g, '')
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/

type Read = Pick<
  UntrustedSignature,
  'covered' | 'tag' | 'keyId' | 'createdMs' | 'expiresMs' | 'nonce' | 'claimedAlgorithm'
>

/** What a signature lacks of the profile that it names, or nearly names. */
export function profileProblems(signature: Read, request: HttpRequest): readonly Problem[] {
  const { tag } = signature
  const hasAgent = combinedValue(request.fields, 'signature-agent') !== undefined
  if (tag === undefined && combinedValue(request.fields, 'ucp-agent') !== undefined)
    return [...lacking(UCP, signature, request)]
  if (tag === undefined) return hasAgent ? [withoutTag] : []
  if (ELSEWHERE[tag] !== undefined)
    return [
      problem(
        'tag-other',
        'proven',
        `The tag is that of ${ELSEWHERE[tag]}, and this is a request.`,
        `"tag" is "${tag}".`,
        'Use the tag of requests; that of the directory is for its own answers.',
      ),
    ]
  const profile = PROFILES.find((one) => one.tag === tag)
  if (profile !== undefined) return [...lacking(profile, signature, request)]
  const near = PROFILES.find((one) => plain(one.tag) === plain(tag) || distance(plain(one.tag), plain(tag)) <= 2)
  return near === undefined
    ? []
    : [
        problem(
          'tag-other',
          'proven',
          `The tag is not that of ${near.name}, to whose it comes near.`,
          `"tag" is ${JSON.stringify(tag.slice(0, 64))}, where "${near.tag}" is meant.`,
          `Write tag="${near.tag}": it is compared character by character.`,
        ),
      ]
}

const problem = (
  id: string,
  certainty: Problem['certainty'],
  cause: string,
  evidence: string,
  fix: string,
): Problem => ({
  ...{ id, certainty, cause, evidence, fix },
})

const withoutTag: Problem = problem(
  'tag-missing',
  'likely',
  'The signature has no tag, and the request names an agent.',
  'Signature-Agent is there, and Signature-Input has no "tag".',
  'Web Bot Auth: add tag="web-bot-auth" to Signature-Input.',
)

/** How many characters have to be changed, added or left out; of texts that are not near, three. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2 || other.length > 64) return 3
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [at, character] of [...one].entries()) {
    const next = [at + 1]
    for (let to = 1; to <= other.length; to++)
      next.push(
        Math.min(
          (row[to] as number) + 1,
          (next[to - 1] as number) + 1,
          (row[to - 1] as number) + (character === other[to - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return row[other.length] as number
}

const nameOf = (id: string): string => /^"([^"]*)"/.exec(id)?.[1] ?? id

function* lacking(profile: ProfileExpectation, signature: Read, request: HttpRequest): Iterable<Problem> {
  const { name, tag, covered, parameters, noAlg, lifeMs, thumbprint, nonce, form } = profile
  const names = new Set(signature.covered.map(nameOf))
  const hasBody = request.body instanceof Uint8Array && request.body.length > 0
  for (const one of covered) {
    const component = one.replace(/[?!]$/, '')
    const isConditional = one.endsWith('?')
    if (component.split('|').some((each) => names.has(each)) || (one.endsWith('!') && !CHANGES.test(request.method)))
      continue
    const isThere = component === 'content-digest' ? hasBody : combinedValue(request.fields, component) !== undefined
    if (isConditional && !isThere) continue
    const shown = component
      .split('|')
      .map((each) => `"${each}"`)
      .join(' or ')
    yield problem(
      'profile-not-covered',
      'proven',
      `${name} asks for ${shown} among what is signed.`,
      `${tag === '' ? `The request has ${profile.field}` : `The tag is "${tag}"`}, and Signature-Input does not list it.`,
      `Cover ${shown}${component === 'content-digest' ? ', and send that field' : ''}.`,
    )
  }
  const given: Readonly<Record<(typeof parameters)[number], unknown>> = {
    created: signature.createdMs,
    expires: signature.expiresMs,
    nonce: signature.nonce,
    keyid: signature.keyId,
    alg: signature.claimedAlgorithm,
  }
  for (const one of parameters)
    if (given[one] === undefined)
      yield problem(
        'profile-parameter-missing',
        'proven',
        `${name} asks for the parameter "${one}".`,
        'Signature-Input does not have it.',
        `Add ${one} to the parameters of the signature.`,
      )
  if (noAlg === true && given.alg !== undefined)
    yield problem(
      'profile-alg',
      'proven',
      `${name} takes the algorithm from the key, and no parameter "alg".`,
      'Signature-Input has "alg".',
      'Leave "alg" out.',
    )
  const { createdMs, expiresMs, keyId } = signature
  if (lifeMs !== undefined && createdMs !== undefined && expiresMs !== undefined && expiresMs - createdMs > lifeMs)
    yield problem(
      'profile-life',
      'proven',
      `The signature lives longer than ${name} allows.`,
      `It is ${Math.round((expiresMs - createdMs) / 1000)} s from created to expires, ${lifeMs / 1000} s are allowed.`,
      'Let expires follow created within that time.',
    )
  if (thumbprint === true && keyId !== undefined && !THUMBPRINT.test(keyId))
    yield problem(
      'key-id-form',
      'likely',
      'The key id is not the thumbprint of the key.',
      'It is not 43 characters of base64url.',
      'Use the SHA-256 thumbprint of the JWK (RFC 7638) in base64url, without padding, as in the directory.',
    )
  if (nonce !== undefined && signature.nonce !== undefined && !nonce[0].test(signature.nonce))
    yield problem(
      'profile-nonce',
      'proven',
      `The nonce is not in the form that ${name} takes.`,
      `It has ${signature.nonce.length} characters; ${name} takes ${nonce[1]}.`,
      'Make it anew for every request: base64url of random bytes.',
    )
  const value = form && combinedValue(request.fields, form[0])
  if (form !== undefined && value !== undefined && !form[1].test(value))
    yield problem(
      `${form[0]}-form`,
      'proven',
      `The field ${form[0]} is not in the form that ${name} takes.`,
      `${name} takes ${form[2]}.`,
      'Write the field so, and sign it so.',
    )
  if (tag === 'web-bot-auth') yield* agentProblems(signature, combinedValue(request.fields, 'signature-agent'))
}

/** The same of a signature that cannot be read because of Signature-Agent; `input` is the text of Signature-Input. */
export const unreadableAgent = (input: string, request: HttpRequest): readonly Problem[] =>
  /tag="web-bot-auth"/.test(input)
    ? [
        ...agentProblems(
          { covered: input.match(/"signature-agent"(?:;key="[^"]*")?/g) ?? [] },
          combinedValue(request.fields, 'signature-agent'),
        ),
      ]
    : []

/** What Signature-Agent is, and how it is covered. */
function* agentProblems({ covered }: Pick<Read, 'covered'>, value: string | undefined): Iterable<Problem> {
  const add = (id: string, certainty: Problem['certainty'], cause: string, evidence: string): Problem =>
    problem(id, certainty, cause, evidence, AGENT_FIX)
  if (value === undefined) {
    yield add('signature-agent-missing', 'proven', 'The request has no Signature-Agent.', 'The field is absent.')
    return
  }
  const text = value.trim()
  if (/^https?:/i.test(text)) {
    yield add(
      'signature-agent-form',
      'proven',
      'Signature-Agent is a bare URL, and no structured field.',
      'It has no quotes.',
    )
    return
  }
  const url = /"([^"]*)"/.exec(text)?.[1] ?? ''
  if (/^http:/i.test(url))
    yield add('signature-agent-url', 'proven', 'The URL of the agent is not https.', 'It begins with "http:".')
  else if (!/^(?:https:|data:)/i.test(url))
    yield add(
      'signature-agent-url',
      'proven',
      'Signature-Agent names a host, and no URL.',
      'It does not begin with "https://".',
    )
  else if (/^https:\/\/[^/]+\/.+/i.test(url) && !/;\s*type=jwks_uri/.test(text))
    yield add(
      'signature-agent-path',
      'possible',
      'The URL of the agent has a path: only verifiers of the latest revision take the URL of the key set itself.',
      'There is more behind the host; others add /.well-known/http-message-signatures-directory to an origin.',
    )
  const member = /^([a-z*][a-z0-9_.*-]*)\s*=/.exec(text)?.[1]
  const id = covered.find((one) => nameOf(one) === 'signature-agent')
  const key = id === undefined ? undefined : /;key="([^"]*)"/.exec(id)?.[1]
  if (member !== undefined && id !== undefined && key !== member)
    yield add(
      'signature-agent-key',
      key === undefined ? 'likely' : 'proven',
      key === undefined
        ? 'The whole Signature-Agent is covered, where its member is meant.'
        : 'Another member of Signature-Agent is covered than the one that is sent.',
      `The member is "${member}"${key === undefined ? '' : `, the covered one "${key}"`}.`,
    )
  if (member === undefined && key !== undefined)
    yield add(
      'signature-agent-key',
      'proven',
      'A member of Signature-Agent is covered, and the field is a string without members.',
      `The covered member is "${key}".`,
    )
}

const AGENT_FIX =
  'Send Signature-Agent: sig1="https://bot.example" and cover "signature-agent";key="sig1", where sig1 is the label of the signature.'
