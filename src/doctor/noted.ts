import type { HttpRequest } from '../message/message.js'
import { encodingSuspects } from '../schemes/scheme/suspects.js'
import { type Capture, EXPRESSION, NOT_ALL, UNKNOWN } from './capture.js'
import type { Finding } from './diagnosis.js'
import { likely, possible, proven } from './finding.js'
import type { StandIn } from './stand-ins.js'

/** What is seen beside what the search and the rules of a scheme find; a page loads it when it comes to that. */

const BODY_NOT_SHOWN: Finding = /* @__PURE__ */ likely(
  'body-not-shown',
  'The body of the request is not in what was pasted, or not all of it, so that nothing that is signed of it can be judged.',
  'The request has a body, as its head or its method says, and the text shows the head alone, as curl -v does, or the beginning of the body.',
  'Give the doctor the command line, or what curl prints with --trace-ascii - in place of -v; of another program the body as it was sent.',
)

const ofBody = ({ id }: Finding): boolean =>
  /^(?:body-|digest-(?!form|missing)|no-hypothesis$|refused-signature$)/.test(id)

/** Without what is found of a body that is only not shown; as they are where nothing is. */
export const withoutBody = (seen: readonly Finding[]): readonly Finding[] =>
  seen.some(ofBody) ? [BODY_NOT_SHOWN, ...seen.filter((one) => !ofBody(one))] : seen

// What is found where a header is not there, and of the value of one that is.
const OF_ABSENT = /^(?:(?:header|signature|signature-input|content-type)-missing|content-type-other)$/
const OF_VALUE =
  /^(?:(?:time|nonce|signature|key|auth|digest|passphrase|created|clock|body|secret)-|expired$|no-hypothesis$|header-quoted$)/
const OF_PASSPHRASE = /^passphrase-/

// Of no account for what is signed and when; Binance and MEXC do not sign the API key.
const BESIDE = /passphrase$|^(?:user-agent|cookie|referer|accept[\w-]*|x-[cx]srf-token|x-(?:mbx|mexc)-apikey)$/i

// What a call of a client is given besides, of which nothing is sent.
const NOT_SENT =
  /(?:^|\.)(?:timeout|prox(?:y|ies)|verify|cert|signal|https?Agent|agent|dispatcher|cancelToken|hooks|stream|credentials|cache|redirect|allow_redirects|follow_redirects|argument)$/

/** The fields and parameters, each once, in which a shell or a program puts a value that the signature may depend on. */
export const openParts = ({ unread }: Capture, standIns: readonly StandIn[]): readonly string[] =>
  [
    ...new Set([
      ...standIns.flatMap(({ kind, name }) => (kind === 'program' ? [name] : [])),
      ...unread.flatMap(({ part, problem }) =>
        problem.endsWith(UNKNOWN) && !NOT_SENT.test(part) ? [part.replace(/^(?:\w+\.)*headers?[. ]/, '')] : [],
      ),
    ]),
  ].filter((name) => !BESIDE.test(name))

// Headers as a whole, or what is spread into them.
const OF_HEADERS = /^(?:[\w.]*\.)?headers$|^(?:config|init)$/

/** Without what is found of headers that are only not shown, and of values that the shell or a program has put in. */
export function withoutUnshown(findings: readonly Finding[], read: Capture, isOpen: boolean): readonly Finding[] {
  const isPartial = read.unread.some(
    ({ part, problem }) => problem === NOT_ALL || (problem === EXPRESSION && OF_HEADERS.test(part)),
  )
  const ofValue = isOpen ? OF_VALUE : OF_PASSPHRASE
  return findings.filter(({ id }) => !(isPartial && OF_ABSENT.test(id)) && !ofValue.test(id))
}

/** What is signed and not sent, where it was pasted beside the request: the id of a webhook of PayPal. */
export const statedIn = (pasted: unknown): string | undefined =>
  typeof pasted === 'string' && pasted.length <= MOST_PASTED && /paypal-transmission-sig/i.test(pasted)
    ? /webhook[ _-]?id\b[^\n:=]{0,48}[:=]\s{0,4}["']?(\w{12,24})\b/i.exec(pasted)?.[1]
    : undefined

const MOST_PASTED = 262_144

/** Quotes around a key id, which come out of an .env file as those around a secret do. */
export const keyFindings = (keyId: string): readonly Finding[] =>
  /^(["'`]).+\1$|^%22.+%22$/.test(keyId)
    ? [
        proven(
          'key-quoted',
          'The key id has quotes around it, so that the other side knows no such key.',
          `It starts and ends with ${keyId.startsWith('%') ? '%22, an encoded quote' : 'a quote'}.`,
          'Take the quotes out of the .env file or variable: docker --env-file and some readers keep them.',
        ),
      ]
    : []

// A body that a program has written anew before it verifies: what is written is the request, or what a parser has made of it.
const WRITTEN_ANEW =
  /\b(?:JSON\.stringify|json_encode|(?:json|simplejson|orjson)\.dumps|JSON\.(?:generate|dump)|json\.Marshal|Serialize(?:Object)?|writeValueAsString|Jason\.encode!?)\(\s{0,4}\$?(?:await )?(?:(?:ctx|context|this|self|c)\.)?(?:req(?:uest)?|event)\b[\w.$>()[\]'"-]{0,40}/

/** A body of which the text shows that it is not the one that was received: a value, or what was written of one. */
export function anewFindings(pasted: unknown, { unread, body }: Capture): readonly Finding[] {
  const call = typeof pasted === 'string' ? WRITTEN_ANEW.exec(pasted.slice(0, MOST_PASTED))?.[0] : undefined
  const isValue = unread.some(({ part, problem }) => part === 'body' && problem.startsWith('it is a value'))
  if (body === undefined || (call === undefined && !isValue)) return []
  return [
    (call === undefined ? possible : likely)(
      'body-parsed',
      'What is shown is not the body that was signed, but what was parsed of it or written anew: white space, escapes, order and long numbers are lost.',
      call === undefined ? 'The text shows a value, and no bytes.' : `The text has "${call.slice(0, 60)}".`,
      'Verify the bytes that arrive, before any parser, and give the doctor those; a sender signs the text that it sends.',
    ),
  ]
}

// What a part that is missed is called in answers, with the words for it.
const missed = (name: string): RegExp =>
  new RegExp(
    `\\b(?:no|missing|without|requires?|expect(?:s|ed)?|needs?|invalid)\\b[^\\n.]{0,40}?(?<![\\w-])${name}(?![\\w-])|(?<![\\w-])${name}(?![\\w-])[^\\n.:]{0,24}\\b(?:missing|required|absent|not (?:found|provided|present|set|signed))`,
    'i',
  )

const OTHER_AGE: ReadonlyArray<readonly [asked: RegExp, absent: string, sent: string, cause: string, fix: string]> = [
  [
    missed('digest'),
    'digest',
    'content-digest',
    'The other side looks for Digest (RFC 3230, as draft-cavage signs it), and was sent Content-Digest (RFC 9530), which it does not know.',
    'Send and sign Digest: SHA-256=… by draft-cavage to receivers of that age, or both; the receiver has to learn RFC 9421 and 9530.',
  ],
  [
    missed('content-digest'),
    'content-digest',
    'digest',
    'The other side looks for Content-Digest (RFC 9530), and was sent Digest (RFC 3230), which came before it.',
    'Send and cover Content-Digest: sha-256=:…: of the very bytes that are sent.',
  ],
  [
    /\bkeyId\b[^\n]{0,40}\b(?:required|missing)|(?:no|missing|without) keyId\b/i,
    '',
    'signature-input',
    'The other side reads the signature of draft-cavage, and was sent one of RFC 9421, which it does not know.',
    'Sign by draft-cavage for receivers of that age (keyId, headers and signature in one field Signature).',
  ],
]

/** A field of which the other side knows only its predecessor, or only its successor. */
export function ageFindings({ fields }: HttpRequest, words: string): readonly Finding[] {
  const has = (name: string): boolean => fields.some((one, at) => at % 2 === 0 && one.toLowerCase() === name)
  return OTHER_AGE.filter(
    ([asked, absent, sent]) => has(sent) && !has(absent) && asked.test(words.slice(0, MOST_PASTED)),
  ).map(([asked, , , cause, fix]) =>
    likely('field-of-other-age', cause, `The answer says "${asked.exec(words)?.[0].slice(0, 60)}".`, fix),
  )
}

const HOST_PORT: Finding = /* @__PURE__ */ possible(
  'host-port',
  'Host names the port that the scheme has anyway, and a URL that is put together from it has that port as well.',
  'The signature fits the URL without the port; it fits no URL with ":443" or ":80" in it.',
  'Take the port off where the URL is put together for the verifier, or let the proxy pass Host on as the sender wrote it.',
)

/** A request that fits, with a port in Host that no sender signs. */
export const ofPort = ({ fields }: HttpRequest): readonly Finding[] =>
  fields.some(
    (value, at) => at % 2 === 1 && (fields[at - 1] as string).toLowerCase() === 'host' && /:(?:443|80)$/.test(value),
  )
    ? [HOST_PORT]
    : []

const URL_SCHEME: Finding = /* @__PURE__ */ likely(
  'url-scheme',
  'The proxy says that the request came by http, while the sender has signed a URL with https.',
  'The signature fits the URL with https; X-Forwarded-Proto or Forwarded says http, from which a verifier behind the proxy makes another URL.',
  'Let the outermost proxy, which ends TLS, state https and the inner ones pass it on, or state the public URL to the verifier (publicUrl).',
)

/** A request that fits with https in its URL, of which a proxy says that it was http. */
export const ofProxy = ({ scheme, authority, fields }: HttpRequest, text: string): readonly Finding[] =>
  scheme === 'https' &&
  text.includes(`https://${authority}`) &&
  fields.some(
    (value, at) =>
      at % 2 === 1 &&
      /^(?:x-forwarded-proto|forwarded)$/i.test(fields[at - 1] as string) &&
      /^http$|\bproto="?http"?(?:[;,]|$)/i.test(value.trim()),
  )
    ? [URL_SCHEME]
    : []

// What servers on the way write anew: RFC 9110 7.6.1, and what Cloudflare, Google and others do besides.
const REWRITTEN = ['accept-encoding', 'connection', 'expect', 'te', 'transfer-encoding', 'user-agent', 'via']

/** Signed headers that a server on the way rewrites, and a raw URL, where what was sent is right and is refused. */
export function onTheWay(request: HttpRequest): readonly Finding[] {
  const list = request.fields
    .filter((_, at) => at % 2 === 1)
    .map((value) => /\b(?:SignedHeaders|headers)="?([\w; ()-]{1,1024})/i.exec(value)?.[1] ?? '')
    .join(';')
    .toLowerCase()
    .split(/[; ]+/)
  const name = REWRITTEN.find((one) => list.includes(one))
  return [
    ...(name === undefined
      ? []
      : [
          likely(
            `${name}-other`,
            `The header ${name} is signed, and servers on the way (a CDN, a tunnel, the front end of a store) write it anew.`,
            `The signature fits what was sent, is refused, and ${name} is among the signed headers.`,
            `Leave ${name} out of the signed headers: take it away before signing, or let the client add it behind the signer.`,
          ),
        ]),
    ...encodingSuspects(request),
  ]
}
