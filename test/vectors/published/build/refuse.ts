import { type RefuseVector, writtenRequest } from './format.js'
import { NOW } from './keys.js'
import { REFUSED_REQUESTS } from './refused-requests.js'
import { REFUSED_SIGNATURES } from './refused-signatures.js'
import { signed } from './verify.js'

export const REFUSE: readonly RefuseVector[] = [
  ...[...REFUSED_SIGNATURES, ...REFUSED_REQUESTS].map(([code, name, one]): RefuseVector => {
    const { nowMs = NOW, before, afterwards = (same) => same, ...own } = one
    const earlier =
      before === undefined ? undefined : [writtenRequest(signed(name, { ...own, label: 'sig1', ...before }))]
    return {
      name,
      nowMs,
      ...(earlier && { before: earlier }),
      request: writtenRequest(afterwards(signed(name, own))),
      code,
    }
  }),
]
