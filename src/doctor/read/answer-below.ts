import type { Refusal } from '../capture.js'
import { REFUSES } from './forms.js'
import { readRefusal } from './http.js'

/** An answer that was pasted below a request in whatever form: a status, an exception, or JSON that refuses. */

const MOST = 262_144
const MOST_LINES = 4_000
const MOST_JSON = 8

// What stands before an answer: a comment, an arrow, the name of what printed it.
const BEFORE =
  /^[ \t]*(?:(?:#|\/\/|--|\/?\*|>>>|[<>]|=>|->|\u2192|\u2190|\$)[ \t]{0,4})?(?:(?:the )?(?:http |api |server )?(?:answer|response|reply|output|result|returns?|returned|prints?|printed|got|gets?|error|body|status(?:[ _]code)?|invoke-\w+)(?: (?:body|is|was|code|text|from server))?[ \t]{0,2}(?::|=>?|->|\u2192)?[ \t]{0,4})?/i
// A status at the beginning of a line, also as exceptions of clients have it.
const STATUS =
  /^(?:HTTP(?:\/[\d.]{1,3})?[ :]{1,2}|<Response \[|[\w.]{0,64}(?:Error|Exception): (?:[^\n:]{0,64}status code |Response code |HTTP )?)?([1-5]\d\d)(?=[\s:,)\]>-]|$)(?![.:\d]\d)/
const FENCE = /^\s*(?:```|~~~)\w*\s*$/

/** A text in two: the request, and the answer below it; `undefined` where there is none. */
export function answerBelow(text: string): { readonly own: string; readonly refusal: Refusal } | undefined {
  if (text.length > MOST) return undefined
  const lines = text.split('\n', MOST_LINES + 1)
  if (lines.length > MOST_LINES) return undefined
  let left = MOST_JSON
  let at = lines[0]?.length ?? 0
  for (const line of lines.slice(1)) {
    const from = at + 1
    at = from + line.length
    const bare = line.slice(BEFORE.exec(line)?.[0].length)
    const status = STATUS.exec(bare)?.[1]
    if (status !== undefined) {
      const own = text.slice(0, from)
      const rest = text.slice(from)
      const behind = bare.slice(STATUS.exec(bare)?.[0].length).replace(/^[^[{<]*/, '')
      const below = text
        .slice(at)
        .split('\n')
        .filter((one) => !FENCE.test(one))
        .map((one) => one.replace(/^[ \t]*(?:#|\/\/)[ \t]?/, ''))
        .join('\n')
        .trim()
      const body = [behind, below].filter((one) => one !== '').join('\n') || bare
      return { own, refusal: readRefusal(rest) ?? { status: Number(status), headers: [], body } }
    }
    if (/^[[{]/.test(bare) && left-- > 0) {
      const body = uncommented(text.slice(at - bare.length))
      if (refuses(body)) return { own: text.slice(0, from), refusal: { headers: [], body } }
    }
  }
  return undefined
}

/** Without the end of a block of Markdown, and without the marks of a comment that goes on. */
const uncommented = (text: string): string =>
  text
    .replace(/\n\s*(?:```|~~~)\s*$/, '')
    .replace(/\n[ \t]*(?:#|\/\/)[ \t]?/g, '\n')
    .replace(/\*\/\s*$/, '')
    .trim()

/** Whether a text is JSON as a whole, and that of an answer that refuses. */
function refuses(text: string): boolean {
  try {
    return REFUSES.test(JSON.stringify(JSON.parse(text)))
  } catch {
    return false
  }
}
