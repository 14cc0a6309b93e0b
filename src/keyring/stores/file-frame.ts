import { hashText } from '#backend/hash'

/** SHA-256 in base64, and what is in front of it. */
export const headOf = (title: string, body: string): string =>
  `countersign ${title} 1 ${hashText('sha256', body, 'base64')}\n`

/**
 * The body of a file whose first line names its format, version and checksum; `undefined` for a file that is torn, edited or
 * something else. The checksum finds accidents: who can write the file can also write a checksum. Secrets are sealed to
 * their record, and only the owner may write the file.
 */
export function bodyOf(title: string, text: string): string | undefined {
  const end = text.indexOf('\n') + 1
  const body = text.slice(end)
  return text.slice(0, end) === headOf(title, body) ? body : undefined
}

/** Whole lines; `undefined` where the last one is cut. */
export function linesOf(body: string): string[] | undefined {
  const lines = body.split('\n')
  return lines.pop() === '' ? lines : undefined
}

/** The JSON value of a line; `undefined` for none. */
export function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
