import { ALL_SCHEMES } from '../../contract/schemes/all.js'
import { orderOf, signedBy } from '../../contract/schemes/judged.js'
import { bytesOf, refusing, requestOf, type Target } from '../target.js'

/** What a server reads of a received request before it has a key: of every scheme the signatures of a message. */
export const targets: readonly Target[] = ALL_SCHEMES.map((row) => ({
  name: `scheme-${row.name.replace(/[^\w]+/g, '-')}`,
  run: (bytes: Uint8Array) => refusing(() => row.verifier.parse(requestOf(bytes))),
  seeds: () => [bytesOf(signedBy(row, orderOf(row)))],
}))
