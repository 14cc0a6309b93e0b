import { base64Decode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { type Draft, emptyDraft } from '../capture.js'

type Members = Readonly<Record<string, unknown>>

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.filter(isMembers) : [])

/** The entries of a HAR file, or the one entry that was pasted; `undefined` for anything else. */
export function harEntries(value: unknown): readonly Members[] | undefined {
  if (!isMembers(value)) return undefined
  if (isMembers(value['log'])) return listOf(value['log']['entries'])
  return isMembers(value['request']) && typeof value['request']['url'] === 'string' ? [value] : undefined
}

const pairs = (value: unknown): Array<readonly [string, string]> =>
  // ":method" and its siblings of HTTP/2 are no headers.
  listOf(Array.isArray(value) ? value.map(asMembers) : value)
    .filter(({ name }) => typeof name === 'string' && !name.startsWith(':'))
    .map(({ name, value: text }) => [String(name), String(text ?? '')] as const)

/** Sentry writes [name, value]. */
const asMembers = (one: unknown): unknown =>
  Array.isArray(one) && one.length === 2 ? { name: one[0], value: one[1] } : one

const statusOf = (entry: Members): number => Number((entry['response'] as Members | undefined)?.['status'] ?? 0)

/** HAR 1.2, content: `encoding` is base64 for what is no text. */
function answerText({ text, encoding }: Members): string {
  if (typeof text !== 'string') return ''
  const bytes = encoding === 'base64' ? base64Decode(text) : undefined
  return bytes === undefined ? text : (utf8Decode(bytes) ?? '')
}

/** The request of a HAR (1.2); of several the last one that was refused, or the last. */
export function readHar(entries: readonly Members[]): Draft {
  const draft = emptyDraft()
  const refused = entries.filter((one) => statusOf(one) >= 400)
  const entry = refused.at(-1) ?? entries.at(-1) ?? {}
  if (entries.length > 1)
    draft.unread.push({
      part: `${entries.length - 1} of ${entries.length} entries`,
      problem: refused.length > 0 ? 'the last one that was refused is read' : 'the last one is read',
    })
  const request = (entry['request'] ?? {}) as Members
  draft.method = String(request['method'] ?? '')
  draft.url = String(request['url'] ?? '')
  draft.headers = pairs(request['headers'])
  const post = request['postData']
  if (isMembers(post)) {
    const { text, params, encoding } = post
    if (typeof text === 'string' && text !== '')
      draft.body = (encoding === 'base64' ? base64Decode(text) : undefined) ?? utf8(text)
    else if (Array.isArray(params) && params.length > 0)
      draft.unread.push({
        part: 'postData.params',
        problem: 'the file holds the fields of the body, not its bytes; the body is left out',
      })
  } else if (typeof request['data'] === 'string' && request['data'] !== '') draft.body = utf8(request['data'])
  else if (Number(request['bodySize'] ?? 0) > 0)
    draft.unread.push({ part: 'body', problem: 'the file states a body and does not hold it' })
  const response = entry['response']
  if (isMembers(response) && statusOf(entry) > 0) {
    const content = response['content']
    const body = isMembers(content) ? answerText(content) : ''
    draft.refusal = { status: statusOf(entry), headers: pairs(response['headers']), body }
  }
  return draft
}
