// How each form of a pasted request begins, apart from its reader: a reader is only run for its own.

/** True for what stands behind the prompts of Python, IPython, irb, cmd or PowerShell. */
export const isPrompted = (text: string): boolean =>
  /^(?:(?:PS )?[A-Za-z]:\\[^>\n]{0,128}> ?(?=[\w$])|>>> |In \[\d{1,6}\]: |irb\(\w{1,32}\):\d{1,6}:\d{1,3}[>*] )/m.test(
    text,
  )

/** True for an answer that is signed (RFC 9421), without the request that it answers. */
export const isSignedAnswer = (text: string): boolean =>
  /^\s*HTTP\/[\d.]{1,3} \d{3}\b/.test(text) && /^signature-input:/im.test(text)

/** True for a curl command line, also behind variables that are set, or what is piped into it. */
// "rem a=b" is a remark and no variable: a line that could be both would double the work with every one of them.
export const isCurl = (text: string): boolean =>
  /^\s*(?:(?:[\w.@:~/-]{1,64})?\$ )?curl(?:\.exe)?\s/.test(text) ||
  /^(?:[ \t]*(?!rem )(?:export |set "?|\$(?:env:)?)?[A-Za-z_]\w{0,63}[ \t]?=[^\n]*\n|[ \t]*\n|(?:#|rem )[^\n]*\n)+[ \t]*curl(?:\.exe)?\s/i.test(
    text,
  ) ||
  PIPED.test(text) ||
  /^\s*(?:\$ )?wget\s[^|]{0,65536}?--(?:header|post-data|body-data|method)\b/.test(text)

const PIPED = /^\s*(?:\$ )?(?:echo|printf)\s[^\n]{0,65536}\|\s*(?:\\\s*\n\s*)?curl\s/

const CALL = /^\s*(?:(?:const|let|var)\s+[\w{}\s,:]{1,200}=\s*)?(?:await\s+)?(?:window\.)?/

/** Where a call of axios stands in a text, and the name of its method; imports and a declaration may stand before it. */
export function axiosCall(text: string): { readonly at: number; readonly name: string } | undefined {
  const before = /^(?:\s*(?:import\b[^\n]*|(?:const|let|var)\s+axios\s*=[^\n]*)\n)*/.exec(text)?.[0].length ?? 0
  const start = before + (CALL.exec(text.slice(before))?.[0].length ?? 0)
  const found = /^axios(?:\.(request|get|delete|head|options|post|put|patch))?\s*\(/.exec(text.slice(start))
  return found === null ? undefined : { at: start, name: found[1] ?? 'request' }
}

/** True for a call of fetch or axios. */
export const isFetch = (text: string): boolean =>
  text.slice(CALL.exec(text)?.[0].length ?? 0).search(/fetch\s*\(/) === 0 || axiosCall(text) !== undefined

/** True for a program of Python that calls requests, httpx, aiohttp or urllib. */
export const isPython = (text: string): boolean =>
  /^[ \t]*(?!(?:let|const|var|val|final)[ \t])(?:\w[\w., ]*=[ \t]*)?(?:urllib\.)?request\.Request\s*\(/m.test(text) ||
  /^[ \t]*(?!(?:let|const|var|val|final)[ \t])(?:\w[\w., ]*=[ \t]*|(?:async[ \t]+)?with[ \t]+)?(?:await[ \t]+)?(?:self\.)?_?(?:requests|httpx|session|client|s)\.(?:request|get|post|put|patch|delete|head|options)\s*\(/m.test(
    text,
  )

/** True for a command line of HTTPie. */
export const isHttpie = (text: string): boolean =>
  /^\s*(?:\$ )?(?:https?|xhs?)\s+(?:-|'|"|[A-Z]+\s|:|\w+:\/\/|[\w.-]+\.\w|localhost)/.test(text) &&
  !/^\s*https?:/.test(text)

/** True for a call of Invoke-WebRequest or Invoke-RestMethod, as "Copy as PowerShell" writes it. */
export const isPowerShell = (text: string): boolean =>
  /^(?:[^\S\n]*(?:\$(?=session\.|\w[\w.]*[^\S\n]*=)[^\n]*)?\n)*[^\S\n]*(?:\$\w+[^\S\n]*=\s*)?(?:Invoke-(?:WebRequest|RestMethod)|iwr|irm)\s/i.test(
    text,
  ) ||
  // A script that sets its headers and body before.
  (/^\s*(?:#[^\n]*\n\s*){0,32}\$[\w:]{1,64}\s*=/.test(text) && /\bInvoke-(?:WebRequest|RestMethod)\s/i.test(text))

/** A command line that goes on behind a backtick. */
export const isBacktick = (text: string): boolean => /`[ \t]*\r?\n/.test(text) && !/\\\r?\n/.test(text)

// Members that hold a code, and those that hold words about it.
const CODE = '(?:code|ret_?code|err[-_]?code|error_?code|label|status)'
const WORDS = '(?:msg|message|ret_?msg|err[-_]?msg|error|reason)'

/** A member that answers have, and bodies of requests hardly ever. */
export const ANSWERS: RegExp = /* @__PURE__ */ new RegExp(`"(?:${CODE}|errors?)"\\s?:`, 'i')

/** What an answer that refuses has, and no request. */
export const REFUSES: RegExp = /* @__PURE__ */ new RegExp(
  `^\\{(?=[^\\n]*"${CODE}"\\s?:)(?=[^\\n]*"${WORDS}"\\s?:)|^\\{"error"\\s?:`,
  'i',
)
