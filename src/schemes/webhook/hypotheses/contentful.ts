import { hexDecode, utf8Decode } from '../../../crypto/encoding.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import type { Member } from '../../scheme/signed-form.js'
import { DELIVERED_BODY } from './body.js'
import { TEXT } from './keys.js'
import { URL_METHOD, URL_PATH, URL_QUERY } from './url.js'

/**
 * Webhooks and app functions of Contentful, which sign method, path, the headers that they name and the body, in lines.
 *
 * @see {@link https://www.contentful.com/developers/docs/webhooks/request-verification/ | Contentful, Request verification}
 * @see {@link https://github.com/contentful/node-apps-toolkit/blob/main/src/requests/sign-request.ts | its own code}
 */
const SIGNATURE = 'x-contentful-signature'
const NAMES = 'x-contentful-signed-headers'
const TIME = 'x-contentful-timestamp'

const missing = (name: string, why: string): Problem => ({
  id: 'header-missing',
  certainty: 'proven',
  cause: `The header ${name} is missing.`,
  evidence: `Contentful sends it: ${why}.`,
  fix: 'Hand all headers of the delivery to the verifier, and let no proxy or function gateway drop one.',
})

function readingOf(request: HttpRequest, signature: string): SchemeReading {
  const { method, target, fields, body } = request
  const { path, query } = splitTarget(target)
  const text = body instanceof Uint8Array ? utf8Decode(body) : ''
  const stated = combinedValue(fields, NAMES) ?? ''
  const names = [...new Set(stated.split(',').map((one) => one.trim().toLowerCase()))]
    .filter(Boolean)
    .sort()
    .slice(0, 64)
  const time = combinedValue(fields, TIME) ?? ''
  const textAt = (name: string): string => combinedValue(fields, name)?.trim() ?? ''
  const members: readonly Member[] = [
    { name: 'body', kind: 'body', text: text ?? '', mistakes: DELIVERED_BODY },
    { name: 'path', kind: 'path', text: path, mistakes: URL_PATH },
    { name: 'query', kind: 'pairs', text: query, mistakes: URL_QUERY },
    { name: 'method', kind: 'method', text: method, mistakes: URL_METHOD },
    ...names.map((name): Member => ({ name, kind: name === TIME ? 'time' : 'field', text: textAt(name) })),
  ]
  return {
    id: 'contentful',
    name: 'Contentful',
    form:
      text === undefined
        ? undefined
        : {
            members,
            compose: (texts) =>
              [
                texts['method'],
                `${texts['path']}${texts['query']}`,
                names.map((name) => `${name}:${texts[name]}`).join(';'),
                texts['body'],
              ].join('\n'),
          },
    signatures: [{ text: signature, right: /^[0-9a-f]{64}$/.test(signature) ? hexDecode(signature) : undefined }],
    encoding: 'hexadecimal',
    keyId: '',
    keys: TEXT,
    ...(/^\d{13}$/.test(time) && { time: { ms: Number(time), pastMs: 30_000, futureMs: 30_000 } }),
    problems: [
      ...(stated === '' ? [missing(NAMES, 'it names the headers that are signed')] : []),
      ...names
        .filter((name) => combinedValue(fields, name) === undefined)
        .map((name) => missing(name, 'its value is signed')),
    ],
    hint: 'The secret is the one of this space or app (64 characters); verify with the path that Contentful calls, prefix and query as well, and the raw body.',
  }
}

/** Where receivers of Contentful's webhooks go wrong. */
export const CONTENTFUL_HYPOTHESES: SchemeHypotheses = {
  ids: ['contentful'],
  read: (request) => {
    const signature = combinedValue(request.fields, SIGNATURE)?.trim()
    return signature === undefined ? undefined : readingOf(request, signature)
  },
}
