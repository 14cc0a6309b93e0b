import { A_TO_D } from './exchanges-a-to-d.js'
import { F_TO_Z } from './exchanges-f-to-z.js'
import type { Refusals } from './table.js'

/** By the id of an exchange. Where nothing is known but the answer to a wrong time, `clock` of its data is enough. */
export const EXCHANGE_REFUSALS: Readonly<Record<string, Refusals>> = { ...A_TO_D, ...F_TO_Z }
