import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft } from '../capture.js'
import { fieldsOf, METHOD } from './dump-names.js'
import type { Group } from './dump-values.js'

const URL_LINE =
  /(?:^|[^\w])(?:request[ _-]?)?(?:ur[li]|endpoint)["']?\s{0,4}(?::|=>?|->)\s{0,4}["'<]?(https?:\/\/[^\s"'<>,]+)/i
const METHOD_LINE =
  /(?:^|[^\w])(?:http[ _-]?|request[ _-]?)?(?:method|verb)["']?\s{0,4}(?::|=>?|->)\s{0,4}["']?([A-Za-z]{3,7})\b/i
const SIDE_BY_SIDE = /\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)["']?[ \t,:]{1,4}["']?(https?:\/\/[^\s"'<>,]+)/
const LABEL = /\b(?:request ?)?(?:headers?|fields)\b["']?\s{0,4}(?::|=>?)/i
const BODY_LINE = /^\s*(?:request[ _-]?)?(?:body|payload|data)["']?\s{0,4}(?::|=)[ \t]*(\S[^\n]*)$/im
const BODY_BESIDE = /\s(?:Body|RequestBody|Payload|Data): ?(\S[^\n]*)$/m
const FIELD_LINE = /^\s*["']?([!#$%&*+.^_`|~0-9A-Za-z-]{1,128})["']?\s?(?::|=>)[ \t]+(\S[^\n]*)$/
const ANSWER_LINE =
  /^\s*(?:\[?\d{4}[-/][^\n]{0,64})?(?:response|answer|reply|status(?! code)|handle\w{0,24}response)\b/im
const NOTHING = /^(?:<nil>|<null>|<none>|<empty>|null|None|undefined|-|\{\}|""|'')$/i
// Names of other lines, and those that fields of authentication have.
const OTHER = /^(?:ur[li]|method|requesturi|version|content|prehash|status|message|date_?time)$/i
const OWN =
  /-|^(?:authorization|signature|digest|date|host|key|sign|timestamp|apikey|nonce|authent|\w*sign\w*|\w*api_?key\w*)$/i

const unquoted = (text: string): string => /^(["'])(.*)\1,?$/.exec(text.trim())?.[2] ?? text.trim().replace(/,$/, '')
const isOwn = (fields: ReadonlyArray<readonly [string, string]>): boolean => fields.some(([name]) => OWN.test(name))

/** Lines with a name and a value each, up to the one that begins the body. */
function fieldLines(lines: readonly string[]): Array<readonly [string, string]> {
  const out: Array<readonly [string, string]> = []
  for (const line of lines) {
    if (BODY_LINE.test(line) || /^(?:request ?)?body:?$/i.test(line.trim())) break
    const [, name = '', value = ''] = FIELD_LINE.exec(line) ?? []
    if (name !== '' && !OTHER.test(name)) out.push([name, unquoted(value)])
  }
  return out
}

/** A log with a line, or a word before it, for each part. */
export function linesIn(text: string, groups: readonly Group[]): Draft | undefined {
  const labelled = URL_LINE.exec(text)
  const beside = SIDE_BY_SIDE.exec(text)
  const fielded = /(https?:\/\/[^\s"'<>,{}]+) {1,4}(?=\{\s{0,64}["'])/.exec(text)
  const onPath = /(?:^|[\s"'`])(GET|POST|PUT|PATCH|DELETE) (\/[^\s"'`]*)/m.exec(text)
  const whole = labelled?.[1] ?? beside?.[2] ?? fielded?.[1]
  if (whole === undefined && onPath === null) return undefined
  const draft = emptyDraft()
  draft.method = (
    METHOD_LINE.exec(text)?.[1] ??
    beside?.[1] ??
    (whole === undefined ? onPath?.[1] : undefined) ??
    ''
  ).toUpperCase()
  if (!METHOD.test(draft.method)) draft.method = ''
  const start = (labelled ?? beside ?? fielded ?? onPath)?.index ?? 0
  const label = LABEL.exec(text)
  const end = ANSWER_LINE.exec(text.slice(start))
  const own = text.slice(0, end === null ? undefined : start + end.index)
  const from = Math.min(start, label?.index ?? start)
  const group = groups.find((one) => one.to <= own.length && one.from > from && isOwn(fieldsOf(one)))
  const inGroup = group === undefined ? [] : fieldsOf(group)
  const inLines = fieldLines(
    own
      .slice(label === null ? start : label.index + label[0].length)
      .split('\n')
      .slice(1),
  )
  // A value of a field may have brackets, quotes and commas of its own.
  draft.headers = isOwn(inLines) && inLines.length >= inGroup.length ? inLines : inGroup
  if (isOwn(inLines) && inLines.every(([, value]) => !value.includes('":')) && /\{\s*\n/.test(own))
    draft.headers = inLines
  // A server prints the path alone, and its host among the fields.
  const host = draft.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const url = whole ?? (host === undefined ? undefined : `https://${host}${onPath?.[2] ?? '/'}`)
  if (url === undefined) return undefined
  draft.url = url
  if (draft.headers.length === 0 && !/[?&](?:\w*sign\w*|hmac|sig)=/i.test(url)) return undefined
  // ccxt prints the body in the line of the fields, or in the next one behind a space.
  const behind =
    group === undefined ? '' : (/^[ \t]*(?:\r?\n )?((?:[{["]|[\w.%-]+=)[^\n]*)/.exec(own.slice(group.to))?.[1] ?? '')
  const body = (BODY_LINE.exec(own) ?? BODY_BESIDE.exec(own))?.[1] ?? behind.trim()
  if (body !== '' && !NOTHING.test(body.trim())) draft.body = utf8(unquoted(body))
  return draft
}

/** A URL alone, as a link that is signed is pasted, or a command line that fetches it. */
export function urlAlone(text: string): Draft | undefined {
  const found =
    /^\s*(?:(?:\$ )?(?:wget|open|xdg-open|aria2c|http|https)\s[^\n]{0,256}?)?["'<]?(https?:\/\/[^\s"'<>]+)["'>]?\s*$/m.exec(
      text,
    )
  if (found === null || !/\?\S*=/.test(found[1] as string)) return undefined
  const draft = emptyDraft()
  draft.method = 'GET'
  draft.url = found[1] as string
  draft.unread.push({ part: 'method', problem: 'the text is a URL alone; GET is assumed' })
  return draft
}
