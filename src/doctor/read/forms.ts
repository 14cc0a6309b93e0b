// How each form of a pasted request begins, apart from its reader: a reader is only run for its own.

/** True for a curl command line. */
export const isCurl = (text: string): boolean => /^\s*(?:\$ )?curl(?:\.exe)?\s/.test(text)

/** True for a call of fetch. */
export const isFetch = (text: string): boolean =>
  /^\s*(?:(?:const|let|var)\s+\w+\s*=\s*)?(?:await\s+)?(?:window\.)?fetch\s*\(/.test(text)

/** True for a call of Invoke-WebRequest or Invoke-RestMethod, as "Copy as PowerShell" writes it. */
export const isPowerShell = (text: string): boolean =>
  /^(?:\s*\$\w[\w.]*\s*=[^\n]*\n|\s*\$session\.[^\n]*\n|\s*\n)*\s*(?:\$\w+\s*=\s*)?(?:Invoke-(?:WebRequest|RestMethod)|iwr|irm)\s/i.test(
    text,
  )

/** A command line that goes on behind a backtick. */
export const isBacktick = (text: string): boolean => /`[ \t]*\r?\n/.test(text) && !/\\\r?\n/.test(text)
