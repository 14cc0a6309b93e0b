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
    for (const [, code = ''] of words.matchAll(
      /\b(?:ret_?|err(?:or)?[-_]?)?(?:code|label)["']?\s?(?:=>?|:)\s?["']?(-?[\w.-]{1,64})/gi,
    ))
      codes.push(code)
    // "50113: Invalid Sign", as exceptions of libraries print it.
    for (const [, code = ''] of words.matchAll(/(?:^|[\s:([])(-?\d{4,6}) ?: ?(?=[A-Za-z])/gm)) codes.push(code)
  }
  return { codes, words }
}
