/** A pasted text without what people and tools put around its lines: Markdown, marks of dumpers, written line breaks. */

const MOST = 1_048_576
const WRITTEN: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** A text in quotes with its escapes taken back, from behind the quote on; `undefined` where it has no end. */
function unquoted(
  text: string,
  from: number,
  quote: string,
): { readonly text: string; readonly to: number } | undefined {
  let out = ''
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string
    if (char === quote) return { text: out, to: at + 1 }
    if (char === '\n') return undefined
    if (char !== '\\') out += char
    else {
      const next = text[++at] ?? ''
      const code =
        next === 'u' || next === 'x' ? /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(text.slice(at, at + 5)) : null
      out +=
        code === null
          ? (WRITTEN[next] ?? next)
          : String.fromCharCode(Number.parseInt((code[1] ?? code[2]) as string, 16))
      at += code === null ? 0 : code[0].length - 1
    }
  }
  return undefined
}

const QUOTED = /(["'`])(?:GET|POST|PUT|PATCH|DELETE|HEAD) \/?[^\s"'`]{0,8192} HTTP\/1\.[01]\\r\\n/

/** A request that was printed as one text with its line breaks written out (`%q` of Go, `_header` of Node). */
function withBreaks(text: string): string {
  const found = QUOTED.exec(text)
  if (found === null) return text
  const one = unquoted(text, found.index + 1, found[1] as string)
  if (one === undefined) return text
  const rest = text.slice(one.to).replace(/^[,;)\s]+/, '')
  // What was written apart from the head.
  const body = /\r\n\r\n$/.test(one.text)
    ? /(?:^|\n)[ \t,{]*["']?(?:body|payload|data)["']?\s?[:=]\s?([^\n]{1,65536})/i.exec(rest)?.[1]
    : undefined
  const bare = body === undefined ? undefined : (/^(["'`])(.*)\1[,;}]*$/.exec(body.trim())?.[2] ?? body.trim())
  if (bare === undefined && rest !== '' && /^(?:GET|HEAD) [\s\S]*\r\n\r\n$/.test(one.text))
    return `${one.text}HTTP/1.1 400 -\r\n\r\n${rest}`
  return bare === undefined ? `${one.text}\n${rest === '' ? '' : `\n${rest}`}`.trimEnd() : `${one.text}${bare}`
}

const LABEL = /^[ \t]*(?:[-*+\u2022]|\d{1,2}[.)])[ \t]+(?=(?:\*\*|__|`)?[\w ./-]{1,64}(?:\*\*|__|`)?\s?:)/
const ROW = /^[ \t]*\|[ \t]*([^|]{1,128}?)[ \t]*\|[ \t]*([^|]{0,8192}?)[ \t]*\|[ \t]*$/

/** A line without the marks of Markdown around its name and its value. */
function line(text: string): string {
  const row = ROW.exec(text)
  if (row !== null) {
    const [name = '', value = ''] = row.slice(1).map(plain)
    return /^[:-]+$/.test(name) || /^(?:header|name|key|field)s?$/i.test(name) ? '' : `${name}: ${value}`
  }
  const bare = text.replace(LABEL, '')
  const named = /^([ \t]*)(?:\*\*|__|`)([\w ./-]{1,64}?)(:?)(?:\*\*|__|`)([ \t]?:?[ \t]*)(.*)$/.exec(bare)
  return named !== null && (named[3] === ':' || named[4]?.includes(':') === true)
    ? `${named[1]}${named[2]}: ${plain(named[5] ?? '')}`
    : bare === text
      ? text
      : bare.replace(/^([\w ./-]{1,64}:[ \t]+)`([^`]*)`[ \t]*$/, '$1$2')
}

const plain = (text: string): string => /^(`{1,2}|\*\*)(.*)\1$/.exec(text.trim())?.[2] ?? text.trim()

/** A dumper writes the quotes of a text as they are: one that holds JSON is written as a text. */
function asWritten(text: string): string {
  const at = text.search(/=> "[[{]/)
  return at === -1 || !/[\]}]"$/.test(text.slice(-2))
    ? text
    : `${text.slice(0, at + 3)}${JSON.stringify(text.slice(at + 4, -1))}`
}

// How aiohttp prints an answer: its URL, its status, and below it the fields of the answer, which are none of the request.
const ANSWERED =
  /<ClientResponse\((https?:\/\/[^\s)]{1,8192})\) \[\d{3} [^\]\n]{0,64}\]>(?:\s{0,8}<CIMultiDictProxy\([^\n]{0,16384}\)>)?/g

const MARKDOWN = /^[ \t]*(?:\*\*|__|`[\w -]{1,64}`|\|[^\n]{1,512}\||[-*+\u2022] )/m

/** The text that a reader of logs takes. */
export function tidied(pasted: string): string {
  const given = pasted.slice(0, MOST)
  // http.client of Python and curl have readers of their own.
  if (/^send: b["']|^<- "[A-Z]{3,7} |^> [A-Z]{3,7} |^\* {1,4}(?:Connected|Trying)/m.test(given)) return given
  let text = withBreaks(given).replace(ANSWERED, 'Request URL: $1')
  // Wireshark and others write the end of a line out.
  if (/\\r\\n[ \t]*$/m.test(text)) {
    const lines = text.split('\n').map((one) => one.replace(/(?:\\r)?\\n[ \t]*$/, ''))
    const from = lines.findIndex((one) => /^\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S+ HTTP\/[\d.]+$/.test(one))
    const indent = /^[ \t]*/.exec(lines[from] ?? '')?.[0] ?? ''
    text = lines
      .map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one))
      .filter(
        (one) =>
          !/^\[(?:Full request URI|HTTP request|Response in|Prev|Next)[^\n]*\]$|^File Data: \d+ bytes$|^(?:JavaScript Object Notation|Line-based text data|HTML Form URL Encoded):/.test(
            one,
          ),
      )
      .join('\n')
  }
  // The dumper of Symfony and Laravel.
  if (/[\u25bc\u25b6]/.test(text))
    text = text
      .replace(/\barray:\d{1,6} \[[\u25bc\u25b6]?/g, '[')
      .replace(/ ?[\u25bc\u25b6](?=\r?\n|$)/g, '')
      .split('\n')
      .map(asWritten)
      .join('\n')
  return MARKDOWN.test(text) ? text.split('\n').map(line).join('\n') : text
}
