import type { Row } from './row.js'
import { rows as headers } from './rows/headers.js'
import { rows as moreHeaders } from './rows/more-headers.js'
import { rows as others } from './rows/others.js'
import { rows as pairs } from './rows/pairs.js'
import { specialCalls } from './rows/special-calls.js'

/** Every exchange that both sides know, with each of its variants and kinds of key. */
export const rows: readonly Row[] = [...pairs, ...headers, ...moreHeaders, ...others].map((row) => ({
  ...row,
  calls: [...row.calls, ...(specialCalls[row.name] ?? [])],
}))
