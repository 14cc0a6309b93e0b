/** A command line in words, by the rules of the shell it was copied for. */

const ANSI: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  "'": "'",
  '"': '"',
  '\\': '\\',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
}

// As in bash: \x and octal are bytes, \u and \U characters.
const CODE = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/

/** `$'…'` of bash, from behind its first quote. Returns the text and where it ends. */
function ansiQuoted(text: string, from: number): readonly [string, number] {
  let out = ''
  let bytes: number[] = []
  const flush = (): void => {
    if (bytes.length > 0) out += new TextDecoder().decode(Uint8Array.from(bytes))
    bytes = []
  }
  let at = from
  while (at < text.length && text[at] !== "'") {
    const code = text[at] === '\\' ? CODE.exec(text.slice(at, at + 10)) : null
    const byte = code?.[1] ?? code?.[2]
    if (code !== null && byte !== undefined) bytes.push(Number.parseInt(byte, code[1] === undefined ? 8 : 16) & 0xff)
    else {
      flush()
      if (code !== null)
        out += String.fromCodePoint(Math.min(Number.parseInt((code[3] ?? code[4]) as string, 16), 0x10ffff))
      else if (text[at] !== '\\') out += text[at]
      else {
        const next = text[at + 1] ?? ''
        out += ANSI[next] ?? `\\${next}`
      }
    }
    at += code === null ? (text[at] === '\\' ? 2 : 1) : code[0].length
  }
  flush()
  return [out, at + 1]
}

// Where a shell puts a value in: a variable, or what another command prints.
const PUT_IN = /^(?:\$[A-Za-z_{(]|`)/

/** The words of a bash command line (POSIX 2.2, and `$'…'`). Those in which the shell puts a value are added to `open`. */
export function bashWords(text: string, open?: Set<string>): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let at = 0
  let isOpen = false
  const end = (): void => {
    if (word !== undefined) words.push(word)
    if (word !== undefined && isOpen) open?.add(word)
    word = undefined
    isOpen = false
  }
  while (at < text.length) {
    const char = text[at] as string
    if (/\s/.test(char)) {
      end()
      at++
    } else if (char === "'") {
      const close = text.indexOf("'", at + 1)
      word = (word ?? '') + text.slice(at + 1, close === -1 ? undefined : close)
      at = close === -1 ? text.length : close + 1
    } else if (char === '$' && text[at + 1] === "'") {
      const [quoted, close] = ansiQuoted(text, at + 2)
      word = (word ?? '') + quoted
      at = close
    } else if (char === '"') {
      word ??= ''
      at++
      while (at < text.length && text[at] !== '"') {
        if (text[at] === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
          if (text[at + 1] !== '\n') word += text[at + 1]
          at += 2
        } else {
          isOpen ||= PUT_IN.test(text.slice(at, at + 2))
          word += text[at++]
        }
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
      isOpen ||= PUT_IN.test(text.slice(at, at + 2))
      word = (word ?? '') + char
      at++
    }
  }
  end()
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

/** Whether cmd puts the value of a variable in; "%2Fa%" is the percent-encoding of a URL. */
export const hasName = (word: string): boolean => /%(?![0-9a-f]{2})[a-z_]\w{0,63}%/i.test(word)
