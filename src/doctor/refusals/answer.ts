/** An answer, taken apart: what its members that hold codes say, and all its words. */
export interface Answer {
  readonly codes: readonly string[]
  readonly words: string
}

/** Members whose whole value is a code. */
const CODE = /^(?:code|ret_?code|rc|mc|err(?:or)?[-_]?code|scode|label|reason|name|id|error|type|status)$/i
// An answer that refuses is small; whatever is behind so much of it is not read.
const MOST_CHARACTERS = 65_536
const MOST_MEMBERS = 1_000
const DEPTH = 8

/** Reads an answer in whatever form it is. */
export function answerOf(body: string): Answer {
  const words = body.slice(0, MOST_CHARACTERS)
  const codes: string[] = []
  let members = 0
  const walk = (value: unknown, name: string, depth: number): void => {
    if (depth > DEPTH || members++ > MOST_MEMBERS) return
    if (typeof value === 'object' && value !== null)
      for (const [inner, one] of Object.entries(value)) walk(one, Array.isArray(value) ? name : inner, depth + 1)
    else if ((typeof value === 'string' || typeof value === 'number') && CODE.test(name)) codes.push(String(value))
  }
  try {
    walk(JSON.parse(words), '', 0)
  } catch {
    // XML of AWS, and what an exception printed.
    for (const [, code = ''] of words.matchAll(/<Code>([\w.-]{1,64})<\/Code>/g)) codes.push(code)
  }
  return { codes, words }
}

/** The text to sign that some answers hold. */
export function textInRefusal(body: string): string | undefined {
  // Bybit, retCode 10004: "error sign! origin_string[…]".
  const bybit = /origin_string\[(.*?)\](?:"|$)/s.exec(body)?.[1]
  // What people leave out of a text before they show it: dots or stars in its place are no text to sign.
  if (bybit === undefined || !/[A-Za-z0-9]/.test(bybit)) return textMember(body)
  try {
    return JSON.parse(`"${bybit}"`) as string
  } catch {
    return bybit
  }
}

/** Members that hold the text to sign: Mastodon's "signed_string", and what other services name alike. */
const TEXT =
  /"(?:signed_?string|string_?to_?sign|base_?string|signature_?base|sign(?:ed)?_?text|prehash)"\s*:\s*("(?:[^"\\]|\\.){8,}")/i

function textMember(body: string): string | undefined {
  const text = TEXT.exec(body.slice(0, MOST_CHARACTERS))?.[1]
  try {
    return text === undefined ? undefined : (JSON.parse(text) as string)
  } catch {
    return undefined
  }
}
