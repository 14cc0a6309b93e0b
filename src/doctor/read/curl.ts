import { base64, utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, headerOf, NOT_ALL, VARIABLE } from '../capture.js'
import { isBacktick } from './forms.js'
import { behindAnswer, readHttp, unshown } from './http.js'
import { powershellWords } from './powershell.js'
import { bashWords, cmdWords, hasName, isCmd } from './shell.js'
import { isPlainHttp, wireText } from './wire-log.js'

interface State extends Draft {
  readonly data: string[]
  /** The words in which the shell puts a value that is not known. */
  readonly open: Set<string>
  /** That of the option that is read. */
  word: string
  get: boolean
  stated: string
  /** The method that an option asks for whose value is not read. */
  implied: string
  json: boolean
}

type Take = (state: State, value: string) => void

/** Whether the value of an option, alone or behind its name, holds one that the shell puts in. */
const isOpen = ({ open, word }: State, value: string): boolean => open.has(value) || open.has(word)

const header: Take = (state, value) => {
  const colon = value.indexOf(':')
  const name = value.slice(0, Math.max(colon, 0))
  // A variable for the whole line may stand for any header.
  if (isOpen(state, value))
    state.unread.push(name === '' ? { part: '-H', problem: NOT_ALL } : { part: name.slice(0, 64), problem: VARIABLE })
  if (value.startsWith('@')) state.unread.push({ part: '-H', problem: NOT_ALL })
  else if (colon === -1) {
    // "X-Empty;" sends a header without a value.
    if (value.endsWith(';')) state.headers.push([value.slice(0, -1).trim(), ''])
    else if (!isOpen(state, value))
      state.unread.push({ part: '-H', problem: 'a header without a colon; it is left out' })
  } else if (value.slice(colon + 1).trim() !== '')
    state.headers.push([value.slice(0, colon).trim(), value.slice(colon + 1).trim()])
}

const IN_FILE = 'its text is in a file, which is not read; paste the text itself'

const fromFile = (state: State, option: string): void => {
  state.unread.push({ part: option, problem: IN_FILE })
  state.implied ||= 'POST'
}

/** curl strips line breaks of files only, so what stands on the line is sent as it is. */
const data =
  (option: string, files: boolean): Take =>
  (state, value) => {
    if (files && value.startsWith('@')) fromFile(state, option)
    else {
      if (isOpen(state, value)) state.unread.push({ part: 'body', problem: VARIABLE })
      state.data.push(value)
    }
  }

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

// curl(1), --data-urlencode: "content", "=content", "name=content", "@file", "name@file".
const urlencoded: Take = (state, value) => {
  const at = value.search(/[=@]/)
  if (at !== -1 && value[at] === '@') return fromFile(state, '--data-urlencode')
  if (at === -1) state.data.push(encoded(value))
  else state.data.push(`${value.slice(0, at)}${at === 0 ? '' : '='}${encoded(value.slice(at + 1))}`)
}

const json: Take = (state, value) => {
  state.json = true
  data('--json', true)(state, value)
}

const refused =
  (option: string, problem: string, method = ''): Take =>
  (state) => {
    state.unread.push({ part: option, problem })
    state.implied ||= method
  }

const named =
  (name: string): Take =>
  (state, value) => {
    if (isOpen(state, value)) state.unread.push({ part: name, problem: VARIABLE })
    state.headers.push([name, value])
  }

const user: Take = (state, value) => {
  if (isOpen(state, value)) state.unread.push({ part: 'Authorization', problem: VARIABLE })
  state.headers.push(['Authorization', `Basic ${base64(utf8(value))}`])
}

const stated: Take = (state, value) => {
  state.stated = value
}
const address: Take = (state, value) => {
  state.url = value
}
const asQuery = (state: State): void => {
  state.get = true
}
const asHead = (state: State): void => {
  state.stated ||= 'HEAD'
}

/** Options with a value; those that change nothing of the request are not named. */
const WITH_VALUE: Readonly<Record<string, Take>> = {
  '-X': stated,
  '--request': stated,
  '-H': header,
  '--header': header,
  '-d': data('-d', true),
  '--data': data('--data', true),
  '--data-ascii': data('--data-ascii', true),
  '--data-raw': data('--data-raw', false),
  '--data-binary': data('--data-binary', true),
  '--data-urlencode': urlencoded,
  '--json': json,
  // Of wget.
  '--method': stated,
  '--post-data': data('--post-data', false),
  '--body-data': data('--body-data', false),
  '--url': address,
  '-A': named('User-Agent'),
  '--user-agent': named('User-Agent'),
  '-e': named('Referer'),
  '--referer': named('Referer'),
  '-b': named('Cookie'),
  '--cookie': named('Cookie'),
  '-u': user,
  '--user': user,
  '-F': refused(
    '-F',
    'a multipart form has a boundary that the command line does not show; capture the request itself',
    'POST',
  ),
  '--form': refused(
    '--form',
    'a multipart form has a boundary that the command line does not show; capture the request itself',
    'POST',
  ),
  '-T': refused('-T', 'the body is in a file, which is not read', 'PUT'),
  '--upload-file': refused('--upload-file', 'the body is in a file, which is not read', 'PUT'),
  '-K': refused('-K', NOT_ALL),
  '--config': refused('--config', NOT_ALL),
  '--aws-sigv4': refused('--aws-sigv4', 'curl makes this signature itself; capture the request with -v'),
}

const IGNORED_VALUE = new Set([
  ...[
    '-o',
    '--output',
    '--output-document',
    '-x',
    '--proxy',
    '-m',
    '--max-time',
    '--connect-timeout',
    '--retry',
    '-w',
    '--write-out',
  ],
  ...['--cacert', '--cert', '--key', '--resolve', '-c', '--cookie-jar', '--interface', '-r', '--limit-rate'],
])

const FLAGS: Readonly<Record<string, (state: State) => void>> = {
  '-G': asQuery,
  '--get': asQuery,
  '-I': asHead,
  '--head': asHead,
}

/** Letters that take no value and change nothing of the request. */
const HARMLESS_LETTERS = /^[sSkLvifgN#0126]$/
const HARMLESS =
  /^--(?:silent|show-error|insecure|location|verbose|include|fail|globoff|compressed|http[\d.]+|no-buffer|path-as-is|fail-with-body|location-trusted)$/

type Row = Take | 'ignored' | undefined

const rowOf = (name: string): Row =>
  Object.hasOwn(WITH_VALUE, name) ? WITH_VALUE[name] : IGNORED_VALUE.has(name) ? 'ignored' : undefined

const unknown = (state: State, word: string): void => {
  // The rest of the word may be a secret.
  state.unread.push({ part: word.slice(0, 24), problem: 'this option is not known here; it is left out' })
}

/** `--name value` or `--name=value`. Returns where its last word is. */
function longOption(state: State, words: readonly string[], at: number): number {
  const word = words[at] as string
  const equals = word.indexOf('=')
  const name = equals === -1 ? word : word.slice(0, equals)
  const take = rowOf(name)
  if (take === undefined) {
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined
    if (flag !== undefined) flag(state)
    else if (!HARMLESS.test(name)) unknown(state, name)
    return at
  }
  if (take !== 'ignored') take(state, equals === -1 ? (words[at + 1] ?? '') : word.slice(equals + 1))
  return equals === -1 ? at + 1 : at
}

/** Letters behind one dash, of which the last may take a value: `-sXPOST`, `-sX POST`. */
function shortOptions(state: State, words: readonly string[], at: number): number {
  const word = words[at] as string
  for (let i = 1; i < word.length; i++) {
    const letter = `-${word[i]}`
    const take = rowOf(letter)
    if (take !== undefined) {
      const rest = word.slice(i + 1)
      if (take !== 'ignored') take(state, rest === '' ? (words[at + 1] ?? '') : rest)
      return rest === '' ? at + 1 : at
    }
    const flag = Object.hasOwn(FLAGS, letter) ? FLAGS[letter] : undefined
    if (flag !== undefined) flag(state)
    else if (!HARMLESS_LETTERS.test(word[i] as string)) {
      unknown(state, letter)
      return at
    }
  }
  return at
}

const QUOTED = /'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s;]*)/y
const MOST_VARIABLES = 32
// Characters of all values that are put in.
const MOST_SET = 1_048_576

function quotedAt(text: string, at: number): string {
  QUOTED.lastIndex = at
  const [, single, double, bare] = QUOTED.exec(text) ?? []
  return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? bare ?? ''
}

const asWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** What stands between `<<EOF` and the line that ends it. */
function documentIn(text: string): { readonly at: number; readonly text: string } | undefined {
  const at = text.indexOf('<<')
  const found = at === -1 ? null : /^<<-?[ \t]{0,8}['"]?(\w{1,32})['"]?[^\n]{0,4096}\n/.exec(text.slice(at, at + 4_200))
  if (found === null) return undefined
  const lines = text.slice(at + found[0].length).split('\n')
  const end = lines.findIndex((line) => line.trim() === found[1])
  return end === -1 ? undefined : { at, text: lines.slice(0, end).join('\n') }
}

// Of bash, of PowerShell ($env:NAME) and of cmd (%NAME%).
const SHELL_NAME =
  /"\$(?:(\w{1,64})|\{(\w{1,64})\})"|\$(?:(?:env:)?(\w{1,64})|\{(?:env:)?(\w{1,64})\})|%([A-Za-z_]\w{0,63})%/g

/** The command alone: with what was set before it, what is piped into it, and a document behind it put in its place. */
function prepared(text: string): string {
  const at = text.search(/(?:^|\n|\|)\s*curl(?:\.exe)?\s/)
  const start = at + (/^[\n|]?\s*/.exec(text.slice(Math.max(at, 0)))?.[0].length ?? 0)
  let own = at <= 0 ? text : text.slice(start)
  const before = at <= 0 ? '' : text.slice(0, at)
  const document = documentIn(own)
  const piped = /^\s*(?:echo|printf)\s+(?:-[neE]+\s+|'%s'\s+|"%s"\s+)*/.exec(before)
  const input = document?.text ?? (piped === null ? undefined : quotedAt(before, piped[0].length))
  if (input !== undefined)
    own = own
      .slice(0, document?.at)
      .replace(
        /(--data(?:-raw|-binary|-ascii)?|-d|--json)(?:\s+|=)(?:@-|"@-"|'@-')/,
        () => `--data-raw ${asWord(input)}`,
      )
  const set = [
    ...before.matchAll(/(?:^|\n)[ \t]*(?:export |set (?=\w)|\$(?:env:)?)?([A-Za-z_]\w{0,63})[ \t]?=[ \t]?/gi),
  ].slice(0, MOST_VARIABLES)
  const values = new Map<string, string>()
  for (const { 0: all, 1: name = '', index } of set) {
    const at = index + all.length
    // cmd takes all that stands behind the sign, quotes as well.
    const value = /^\s*set /i.test(all) ? (before.slice(at).split(/\r?\n/, 1)[0] as string) : quotedAt(before, at)
    if (!/\$\(|`/.test(value)) values.set(name, value)
  }
  // In one pass, within bounds: values that name other variables, each of them twice, would double with every one.
  let room = MOST_SET
  return own.replace(SHELL_NAME, (all, ...names) => {
    const [quoted, braced, bare, inBraces, ofCmd] = names as ReadonlyArray<string | undefined>
    const value = values.get(quoted ?? braced ?? bare ?? inBraces ?? ofCmd ?? '')
    if (value === undefined || value.length > room) return all
    room -= value.length
    return (quoted ?? braced) === undefined ? value : asWord(value)
  })
}

/** Where the command ends: at a line that is no part of it, as what it has printed stands below. */
function endOf(text: string): number {
  // A quote that is open goes on over lines; each line is read once.
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++
      else if (char === quote) quote = ''
    } else if (char === '\\' || char === '^') at += text[at + 1] === '\r' ? 2 : 1
    else if (char === '"' || char === "'") quote = char
    else if (char === '\n' && !/^\s*(?:-|['"]?https?:\/\/|['"|]|$)/.test(text.slice(at + 1, at + 65))) return at
  }
  return text.length
}

const TRACED = /^> (?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S{1,8192} HTTP\/[\d.]{1,3}\r?$/m

/** A curl command line of bash or cmd.exe; where -v has printed what was sent, its last request, with the body of the command. */
export function readCurl(pasted: string): Draft {
  const at = pasted.search(TRACED)
  const wire = at > 0 ? wireText(pasted.slice(at)) : undefined
  return wire === undefined
    ? bare(readCommand(pasted), pasted)
    : traced(readHttp(wire), readCommand(pasted.slice(0, at)), pasted, at)
}

const BARE_URL = /(?:^|\s)https?:\/\/[^\s'"\\&^]{0,2048}&[^\s'"&]/i

/** Says of a URL without quotes that holds "&" that a shell would have cut it there: it is read whole, as it was meant. */
function bare(draft: Draft, pasted: string): Draft {
  const index = BARE_URL.exec(pasted)?.index ?? -1
  if (index !== -1 && !isQuoted(pasted, index))
    draft.unread.push({
      part: 'url',
      problem: 'it stands without quotes, so a shell sends it only up to its first "&"; it is read whole',
    })
  return draft
}

/** Whether a place is between quotes. */
function isQuoted(text: string, place: number): boolean {
  let quote = ''
  for (let at = 0; at < place; at++) {
    const char = text[at] as string
    if (char === '\\' && quote !== "'") at++
    else if (quote === '' ? char === '"' || char === "'" : char === quote) quote = quote === '' ? char : ''
  }
  return quote !== ''
}

const hostOf = (url: string): string => /^https?:\/\/([^/?#]{1,1024})/i.exec(url)?.[1]?.toLowerCase() ?? ''

/** The request of a trace, with what only its command shows: the body, and whether it was https. */
function traced(draft: Draft, command: Draft, pasted: string, at: number): Draft {
  const { body, unread } = command
  const [length, coding] = ['content-length', 'transfer-encoding'].map((name) => headerOf(draft.headers, name))
  const isWhole = unread.every(({ part }) => part !== 'body')
  if (
    body !== undefined &&
    draft.body === undefined &&
    isWhole &&
    (length === `${body.length}` || coding !== undefined)
  )
    draft.body = body
  draft.unread.push(...unread.filter(({ part, problem }) => problem === IN_FILE || part === 'body'))
  if (draft.body === undefined) {
    if (body !== undefined && isWhole && Number(length) > 0)
      draft.unread.push({
        part: 'body',
        problem: `that of the command has ${body.length} bytes, and Content-Length is ${length}; it is left out`,
      })
    unshown(draft)
  }
  // A redirect may lead to https.
  const isOnly = !TRACED.test(pasted.slice(at + 2))
  const isKnown = hostOf(command.url) === hostOf(draft.url)
  if (isOnly && (isKnown || isPlainHttp(pasted))) {
    if (isPlainHttp(pasted) || /^http:/i.test(command.url)) draft.url = draft.url.replace(/^https:/, 'http:')
    draft.unread = draft.unread.filter(({ part }) => part !== 'scheme')
  }
  return draft
}

/** What curl adds by itself stands in the request as well. */
function readCommand(pasted: string): Draft {
  const state: State = {
    ...emptyDraft(),
    data: [],
    open: new Set(),
    word: '',
    get: false,
    stated: '',
    implied: '',
    json: false,
  }
  const whole = prepared(
    behindAnswer(pasted, state)
      .trim()
      .replace(/^[\w.@:~/-]{0,64}\$ /, '')
      .replace(/^wget(?=\s)/, 'curl'),
  )
  const end = isBacktick(whole) ? whole.length : endOf(whole)
  const text = whole.slice(0, end)
  const printed = whole.slice(end).trim()
  if (printed !== '' && state.refusal === undefined) state.refusal = { headers: [], body: printed.slice(0, 65_536) }
  const words = isBacktick(whole)
    ? powershellWords(text, state.unread)
    : isCmd(text)
      ? cmdWords(text)
      : bashWords(text, state.open)
  // In one line a command of cmd looks as one of bash does.
  if (!isBacktick(whole)) for (const one of words) if (hasName(one)) state.open.add(one)
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as string
    state.word = word
    if (word.startsWith('--')) at = longOption(state, words, at)
    else if (word.startsWith('-') && word !== '-') at = shortOptions(state, words, at)
    else if (/^[|;&>]/.test(word)) break
    else if (word === '...' || word === '\u2026') state.unread.push({ part: word, problem: NOT_ALL })
    else if (state.url === '') state.url = word
    else state.unread.push({ part: 'a further URL', problem: 'only the first request of the line is read' })
  }
  if (/\$\{?\w|`/.test(state.url) || hasName(state.url)) state.unread.push({ part: 'URL', problem: VARIABLE })
  if (state.url !== '' && !/^[a-z][a-z\d+.-]*:\/\//i.test(state.url)) {
    state.unread.push({ part: 'scheme', problem: 'curl takes a URL without one for http' })
    state.url = `http://${state.url}`
  }
  return finished(state)
}

function finished(state: State): Draft {
  const { data: parts, get, json: isJson } = state
  const all = parts.join(isJson ? '' : '&')
  if (get && parts.length > 0) {
    const [bare = '', fragment] = state.url.split('#', 2)
    state.url = `${bare}${bare.includes('?') ? '&' : '?'}${all}${fragment === undefined ? '' : `#${fragment}`}`
  } else if (parts.length > 0) {
    state.body = utf8(all)
    // curl(1), -d: it states the type of a form, whatever the text is.
    const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded'
    if (headerOf(state.headers, 'content-type') === undefined) state.headers.push(['Content-Type', type])
    // curl(1), --json.
    if (isJson && headerOf(state.headers, 'accept') === undefined) state.headers.push(['Accept', type])
  }
  state.method = state.stated || (state.body !== undefined ? 'POST' : get ? 'GET' : state.implied || 'GET')
  return state
}
