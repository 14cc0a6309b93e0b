import { fail } from '../../errors.js'
import type { Draft } from '../spec/draft.js'
import { base64Text, base64TextDecode } from '../spec/envelope.js'
import { isObject, readJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import { inJson, type Place } from '../spec/places.js'

/** Moves the body into the envelope: on the wire there is none. */
export const envelope = (nonce: 'nonce' | 'time'): Place => {
  const first = inJson(
    [
      ['request', 'path'],
      ['nonce', nonce],
    ],
    undefined,
    true,
    ['nonce'],
  )
  return {
    parts: ['json'],
    list: [],
    put: (draft) => {
      first.put(draft)
      draft.payload = base64Text(draft.body)
      draft.body = ''
      const fields: string[] = []
      for (let i = 0; i < draft.fields.length; i += 2)
        if (!/^(?:content-type|cache-control)$/i.test(draft.fields[i] as string))
          fields.push(...draft.fields.slice(i, i + 2))
      draft.fields = [...fields, 'Content-Type', 'text/plain', 'Cache-Control', 'no-cache']
    },
    putSign: () => {},
  }
}

/** The parameters in an envelope as such clients print them; `undefined` for more levels than can be printed. */
function paramsOf(json: string): string | undefined {
  const { request: _, nonce: __, ...rest } = JSON.parse(json)
  try {
    return JSON.stringify(rest)
  } catch {
    return undefined
  }
}

/** Reads the envelope. @throws {CountersignError} where it is none, or that of another request. */
export const readEnvelope =
  (nonce: 'nonce' | 'time') =>
  (draft: Draft): void => {
    assertNoQuery(draft)
    const { payload, path, body } = draft
    const json = base64TextDecode(payload)
    const value = json === undefined ? undefined : readJson(json, true)
    if (json === undefined || !isObject(value) || typeof value['nonce'] !== 'string')
      fail('AUTH_MALFORMED', 'the payload must be base64 of a JSON object with a "nonce"')
    if (value['request'] !== path) fail('SIGNATURE_INVALID', 'the payload is of another request')
    draft[nonce] = value['nonce']
    // Some clients send the parameters a second time, as the body, which is not signed.
    if (body !== '' && body !== paramsOf(json))
      fail('DIGEST_MISMATCH', 'the body must be empty, or the parameters of the payload')
  }

/** The envelope of the socket's upgrade, which holds no parameters. */
export const emptyEnvelope =
  (nonce: 'nonce' | 'time') =>
  (draft: Draft): string =>
    base64Text(`{"request":${JSON.stringify(draft.path)},"nonce":${draft[nonce]}}`)
