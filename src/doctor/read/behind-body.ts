import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { type Draft, headerOf } from '../capture.js'

/** A body that Flask and others print as bytes, in a line of its own. */
function bytesOfPython(text: string): string {
  const found = /^\s{0,8}b(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")[ \t]*(?=\r?\n|$)/.exec(text.slice(0, 262_144))
  return found === null
    ? text
    : (found[1] ?? found[2] ?? '').replace(
        /\\([nrt'"\\])/g,
        (_, one: string) => ({ n: '\n', r: '\r', t: '\t' })[one] ?? one,
      )
}

// What a program prints of an answer: a status, a name for it, or both.
const PRINTED =
  /^(?:(?:<|=>|->|#|\/\/)?\s?(?:http |status(?:[ _]code)?|response|answer|reply|result|error)\b[^\n]{0,40}?[:=\s]|[1-5]\d\d(?:\s|$)|<?Response \[?\d{3})/i

/** What an exception or an error in XML begins with, and no body. */
export const isThrown = (text: string): boolean =>
  /^\s{0,64}(?:[\w.$\\]{1,128}(?:Error|Exception)\b(?!["'=])|Traceback \(|(?:<\?xml[^>]{0,128}>\s{0,8})?<Error\b)/.test(
    text,
  )

/** Without what a program printed of the answer in the lines behind the body. */
export function bodyAlone(pasted: string, stated: number, draft: Draft): string {
  const rest = bytesOfPython(pasted)
  if (draft.refusal !== undefined) return rest
  let end = isThrown(rest) && stated !== utf8(rest).length ? 0 : -1
  // Words behind the head of a request that has no body.
  if (
    end === -1 &&
    draft.method === 'GET' &&
    Number.isNaN(stated) &&
    /^\s*[A-Za-z]/.test(rest) &&
    !/^\s*[^\s=&]{1,128}=/.test(rest) &&
    headerOf(draft.headers, 'content-type') === undefined
  )
    end = 0
  const bytes = end === -1 && Number.isInteger(stated) && stated > 0 && stated < rest.length ? utf8(rest) : undefined
  if (bytes !== undefined && stated < bytes.length) {
    const own = utf8Decode(bytes.subarray(0, stated))
    if (own !== undefined && /^\r?\n\s*\S/.test(rest.slice(own.length, own.length + 4_096))) end = own.length
  } else if (end === -1 && bytes === undefined && /^[[{]/.test(rest)) {
    // JSON ends with its last bracket at the end of a line.
    const found = /[\]}]\r?\n(?:\r?\n)*(?=[^\s\]}"])/g
    for (
      let tries = 0, one = found.exec(rest);
      one !== null && end === -1 && tries < 8;
      one = found.exec(rest), tries++
    )
      if (PRINTED.test(rest.slice(one.index + one[0].length, one.index + one[0].length + 64))) end = one.index + 1
  }
  if (end === -1) return rest
  draft.refusal = { headers: [], body: rest.slice(end).trim().slice(0, 65_536) }
  return rest.slice(0, end)
}
