import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft } from '../capture.js'
import { NAMELESS } from './nameless.js'

const MOST = 262_144
const BODY =
  /(?:^|[\s.$"'_])(?:raw|req|request)?_?(?:rp|body|payload|data|message|json|content|raw)(?: (?:as )?(?:string|text|received|raw|bytes))?["']?\s{0,4}(?:=>?|:)\s{0,4}(?:[br]?'((?:[^'\\\n]|\\.)*)'|[br]?"((?:[^"\\\n]|\\.)*)"|`([^`]*)`|([[{][^\n]*[\]}]))/i
const SIGNATURE =
  /(?:^|[\s.$"'_-])(?:sig|signature|hmac|sign|hash)(?: (?:header|received|value|from header))?["']?\s{0,4}(?:=>?|:)\s{0,4}["'`]?((?:(?:sha\d{1,3}|v\d)[=,])?[A-Za-z0-9+/_-]{27,700}={0,2})(?=["'`\s,;]|$)/i

/** Body and signature of a webhook as variables, or as names with values: all that a receiver has of it. */
export function readVariables(pasted: string): Draft | undefined {
  const text = pasted.slice(0, MOST)
  const signature = text
    .split('\n', 400)
    .map((line) => SIGNATURE.exec(line.slice(0, 4_096))?.[1])
    .find((one) => one !== undefined && !/^[A-Za-z_-]+$/.test(one))
  const found = signature === undefined ? null : BODY.exec(text)
  if (signature === undefined || found === null) return undefined
  const [, single, double, ticked, bare] = found
  const draft = emptyDraft()
  draft.method = 'POST'
  draft.url = 'https://unknown.invalid/'
  draft.headers = [['x-signature', signature]]
  draft.body = utf8(
    ticked ?? bare ?? (single ?? double ?? '').replace(/\\(["'\\nrt])/g, (_, one: string) => WRITTEN[one] ?? one),
  )
  draft.unread.push(
    { part: 'URL', problem: `the text shows none; "${draft.url}" stands for it` },
    { part: 'headers', problem: NAMELESS },
  )
  return draft
}

const WRITTEN: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
