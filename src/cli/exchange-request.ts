import type { Items } from './items.js'
import type { Signed } from './signed.js'
import { usage } from './usage.js'
import type { Call } from './world.js'

export async function signedForExchange(
  _call: Call,
  _method: string | undefined,
  _url: string,
  _items: Items,
): Promise<Signed> {
  return usage('not yet')
}
