/** A command line in words, by the rules of the shell it was copied for. */

const ANSI: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  "'": "'",
  '"': '"',
  '\\': '\\',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
}

/** `$'…'` of bash, from behind its first quote. Returns the text and where it ends. */
function ansiQuoted(text: string, from: number): readonly [string, number] {
  let out = ''
  let at = from
  while (at < text.length && text[at] !== "'") {
    if (text[at] !== '\\') {
      out += text[at++]
      continue
    }
    const code = /^\\(?:u([0-9a-fA-F]{1,4})|x([0-9a-fA-F]{1,2}))/.exec(text.slice(at, at + 8))
    if (code !== null) {
      out += String.fromCharCode(Number.parseInt((code[1] ?? code[2]) as string, 16))
      at += code[0].length
    } else {
      const next = text[at + 1] ?? ''
      out += ANSI[next] ?? `\\${next}`
      at += 2
    }
  }
  return [out, at + 1]
}

/** The words of a bash command line (POSIX 2.2, and `$'…'`). */
export function bashWords(text: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let at = 0
  while (at < text.length) {
    const char = text[at] as string
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
      at++
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1)
      word = (word ?? '') + text.slice(at + 1, end === -1 ? undefined : end)
      at = end === -1 ? text.length : end + 1
    } else if (char === '$' && text[at + 1] === "'") {
      const [quoted, end] = ansiQuoted(text, at + 2)
      word = (word ?? '') + quoted
      at = end
    } else if (char === '"') {
      word ??= ''
      at++
      while (at < text.length && text[at] !== '"') {
        if (text[at] === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
          if (text[at + 1] !== '\n') word += text[at + 1]
          at += 2
        } else word += text[at++]
      }
      at++
    } else if (char === '\\') {
      // A line that goes on in the next one.
      const broken = /^\\\r?\n/.exec(text.slice(at, at + 3))
      if (broken !== null) at += broken[0].length
      else {
        word = (word ?? '') + (text[at + 1] ?? '')
        at += 2
      }
    } else {
      word = (word ?? '') + char
      at++
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

/** True for a command line as "Copy as cURL (cmd)" writes it: carets outside or around the quotes. */
export const isCmd = (text: string): boolean => /\^\s*\r?\n|\^["&%^]/.test(text) && !/\\\r?\n/.test(text)

/** The words of a cmd.exe command line: a caret takes the meaning off what follows, then the C runtime's quotes hold. */
export function cmdWords(text: string): readonly string[] {
  const plain = text.replace(/\^(\r?\n\s*)/g, ' ').replace(/\^([\s\S])/g, '$1')
  const words: string[] = []
  let word: string | undefined
  let quoted = false
  for (let at = 0; at < plain.length; at++) {
    const char = plain[at] as string
    if (char === '\\' && /^\\+"/.test(plain.slice(at))) {
      const count = (/^\\+/.exec(plain.slice(at)) as RegExpExecArray)[0].length
      word = (word ?? '') + '\\'.repeat(Math.floor(count / 2))
      at += count - 1
      if (count % 2 === 1) {
        word += '"'
        at++
      }
    } else if (char === '"') {
      word ??= ''
      if (quoted && plain[at + 1] === '"') {
        word += '"'
        at++
      } else quoted = !quoted
    } else if (!quoted && /\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + char
  }
  if (word !== undefined) words.push(word)
  return words
}
