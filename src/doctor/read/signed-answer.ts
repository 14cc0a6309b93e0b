import { utf8 } from '../../crypto/encoding.js'
import type { HttpRequest, HttpResponse } from '../../message/message.js'
import { type Draft, emptyDraft, headerOf, type Refusal } from '../capture.js'
import { readRefusal } from './http.js'

/** A signed answer without the request that it answers, of which nothing is known. */
export function readSignedAnswer(pasted: string): Draft {
  const draft = emptyDraft()
  draft.url = 'https://unknown.invalid/'
  draft.refusal = readRefusal(pasted.trimStart())
  draft.unread.push({ part: 'request', problem: 'there is none in the text, which is a signed answer' })
  return draft
}

/** An answer as it was signed. Its body has the line break at its end, which reading took for one of the paste, where its length counts it. */
export function answerTo(request: HttpRequest, { status = 200, headers, body }: Refusal): HttpResponse {
  const length = Number(headerOf(headers, 'content-length') ?? 'none')
  const whole = ['', '\n', '\r\n'].map((end) => utf8(body + end)).find((bytes) => bytes.length === length)
  return { status, fields: headers.flat(), body: whole ?? utf8(body), request }
}
