/**
 * A text without these characters at its end. A pattern that ends in `$` begins anew at each character of a run inside the text,
 * so that a long run costs its square.
 */
export function withoutEnd(text: string, marks: string): string {
  let end = text.length
  while (end > 0 && marks.includes(text[end - 1] as string)) end--
  return text.slice(0, end)
}

/** A text without these characters at both ends. */
export function withoutEnds(text: string, marks: string): string {
  const rest = withoutEnd(text, marks)
  let start = 0
  while (start < rest.length && marks.includes(rest[start] as string)) start++
  return rest.slice(start)
}

/** A text without the white space of JSON at both ends. */
export const withoutBlanks = (text: string): string => withoutEnds(text, ' \t\r\n')
