import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft } from '../capture.js'

/** What ccxt prints of a request and its answer where it is verbose, for Python, PHP and JavaScript. */
const REQUEST =
  /fetch Request:\s+[\w-]+\s+([A-Z]+)\s+(https?:\/\/\S+)\s+RequestHeaders:\s+(\{[^}]{0,8192}\}|\[\s*\]|undefined|None)\s+RequestBody:\s+([^\n]*)/
const ANSWER = /Response(?:Body)?:\s+[\w-]+\s+[A-Z]+\s+https?:\/\/\S+\s+(\d{3})\b/
const PAIR =
  /(?:^|[{,])\s*(?:["']([^"'\n]{1,128})["']|([A-Za-z_$][\w$]{0,127}))\s*:\s*(?:"([^"\n]{0,4096})"|'([^'\n]{0,4096})')/g

/** The last request that was printed with its answer. */
export function readPrinted(text: string): Draft {
  const draft = emptyDraft()
  const from = text.lastIndexOf('fetch Request:')
  const own = text.slice(from)
  const [, method = '', url = '', fields = '', body = ''] = REQUEST.exec(own) ?? []
  draft.method = method
  draft.url = url
  for (const [, quoted, bare, double, single] of fields.matchAll(PAIR))
    draft.headers.push([(quoted ?? bare) as string, (double ?? single) as string])
  const sent = body.trim()
  // Nothing was printed, and the next line begins with what came of it.
  if (!/^(?:None|undefined|null|handleRestResponse:|fetch Response:.*|)$/.test(sent)) draft.body = utf8(sent)
  const status = ANSWER.exec(own)?.[1]
  const at = own.search(/ResponseBody:/)
  if (at !== -1)
    draft.refusal = {
      ...(status !== undefined && { status: Number(status) }),
      headers:
        /'?Date'?:\s*'([^'\n]{1,64})'/
          .exec(own.slice(0, at))
          ?.slice(1)
          .map((date) => ['Date', date] as const) ?? [],
      body: own
        .slice(at + 'ResponseBody:'.length)
        .trim()
        .slice(0, 65_536),
    }
  return draft
}
