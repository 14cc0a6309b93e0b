import { unescaped, unmarked } from './printed.js'

/** The texts to sign that answers show: what the other side has built of the request as it received it. */
export interface ShownTexts {
  /** What is signed. */
  readonly text?: string
  /** The request of which the text to sign holds the hash (SigV4 and what descends from it). */
  readonly canonical?: string
}

// An answer that refuses is small; whatever is behind so much of it is not read.
const MOST_CHARACTERS = 65_536
const MOST_STRINGS = 200

/** Each with one group, the text. Tried in this order. */
const TEXTS: readonly RegExp[] = [
  // Bybit, retCode 10004.
  /origin_string\[(.*?)\](?:"|$|\s|,)/s,
  // AWS besides S3. https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
  /The String-to-Sign should have been\s*'(.*?)'\s*(?:"|$)/s,
  // S3, Google Cloud Storage, Alibaba's OSS, MinIO.
  /<StringToSign>(.*?)<\/StringToSign>/s,
  // https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
  /used (?:the )?following (?:string|payload) to sign\s*[:-]?\s*(?:'|\[)(.*?)(?:'(?=[.<"\s\\]|$)|\](?=[\s",]|$))/s,
  /String to sign used was (.*?)\n?(?:<\/|$)/s,
  // https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
  /server string ?to ?sign is:\s*(?:\[)?(.+?)(?:\]?["<]|\]$|$)/is,
]
const CANONICALS: readonly RegExp[] = [
  /The Canonical String for this request should have been\s*'(.*?)'\s*(?:\n|"|$)/s,
  /<CanonicalRequest>(.*?)<\/CanonicalRequest>/s,
  /server canonical ?request is:\s*(?:\[)?(.+?)(?:\],|\]?["<]|\]$|$)/is,
]

/** Members that hold the text to sign: Mastodon's "signed_string", and what other services name alike. */
const TEXT_MEMBER =
  /^(?:signed_?string|string_?to_?sign|base_?string|signature_?base|sign(?:ed)?_?text|prehash|expected_?string)$/i
const CANONICAL_MEMBER = /^canonical_?request$/i

interface Strings {
  readonly texts: readonly string[]
  readonly members: ReadonlyArray<readonly [name: string, text: string]>
}

function stringsOf(body: string): Strings {
  const texts: string[] = []
  const members: Array<readonly [string, string]> = []
  const walk = (value: unknown, name: string, depth: number): void => {
    if (depth > 8 || texts.length > MOST_STRINGS) return
    if (typeof value === 'string') {
      texts.push(value)
      members.push([name, value])
    } else if (typeof value === 'object' && value !== null)
      for (const [inner, one] of Object.entries(value)) walk(one, Array.isArray(value) ? name : inner, depth + 1)
  }
  try {
    walk(JSON.parse(body), '', 0)
  } catch {
    // XML, or what an exception printed.
  }
  return { texts: [...texts, body, unescaped(body)], members }
}

function first(patterns: readonly RegExp[], texts: readonly string[]): string | undefined {
  for (const pattern of patterns)
    for (const text of texts) {
      const found = pattern.exec(text)?.[1]
      if (found !== undefined) return pattern.source.startsWith('<') ? unmarked(found) : found
    }
  return undefined
}

/** What people leave out of a text before they show it: dots or stars in its place are no text to sign. */
const isWhole = (text: string | undefined): text is string =>
  text !== undefined && /[A-Za-z0-9]/.test(text) && !/\*{3}|\.{3}|…|\bX{3,}\b|\[?(?:redacted|removed)\]?/i.test(text)

/** Reads what an answer shows of the text to sign. */
export function shownTexts(whole: string): ShownTexts {
  const body = whole.slice(0, MOST_CHARACTERS)
  const { texts, members } = stringsOf(body)
  const member = (names: RegExp): string | undefined =>
    members.find(([name, text]) => names.test(name) && text.length > 7)?.[1] ?? inText(body, names)
  const text = member(TEXT_MEMBER) ?? first(TEXTS, texts)
  const canonical = member(CANONICAL_MEMBER) ?? first(CANONICALS, texts)
  return { ...(isWhole(text) && { text }), ...(isWhole(canonical) && { canonical }) }
}

/** JSON within other text: what an exception printed. */
function inText(body: string, names: RegExp): string | undefined {
  for (const [, name = '', text = ''] of body.matchAll(/"(\w{4,20})"\s*:\s*("(?:[^"\\]|\\.){8,}")/g))
    if (names.test(name))
      try {
        return JSON.parse(text) as string
      } catch {
        // Cut off, or of another language.
      }
  return undefined
}
