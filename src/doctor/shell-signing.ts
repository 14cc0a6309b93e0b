import type { Finding } from './diagnosis.js'
import { likely } from './finding.js'

// A command line that signs what echo or a here-string writes, each of which ends its text with a line break.
const ECHO =
  /\becho[ \t]+(?!-[a-zA-Z]{0,3}n)[^\n|]{1,4096}\|[ \t\\\n]{0,16}openssl[ \t]+(?:dgst|mac|pkeyutl|sha\d{1,3})\b/
const HERE = /\bopenssl[ \t]+(?:dgst|mac|sha\d{1,3})\b[^\n|;]{0,1024}<<<[ \t]*["'$\w]/

/** What is seen of how a shell signs, where its command line was pasted with the request. */
export function signingFindings(pasted: unknown): readonly Finding[] {
  if (typeof pasted !== 'string' || pasted.length > MOST) return []
  const name = ECHO.test(pasted) ? 'echo' : HERE.test(pasted) ? '<<<' : undefined
  if (name === undefined) return []
  return [
    likely(
      'text-line-break',
      `The text was signed with a line break at its end, which ${name} writes behind it.`,
      `The command line hands the text to openssl with ${name}.`,
      `Write it without one: printf '%s' "$text" | openssl … (or echo -n in bash).`,
    ),
  ]
}

const MOST = 65_536
