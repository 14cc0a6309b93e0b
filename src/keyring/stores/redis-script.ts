import { hex, utf8 } from '../../crypto/encoding.js'
import { type RedisCommand, wordOf } from './redis-client.js'

/** Runs a script by its name, and sends its text only where the server does not have it yet. */
export type RunScript = (command: RedisCommand, keys: readonly string[], args: readonly string[]) => Promise<unknown>

/** A script that is sent once. Its name is the SHA-1 of its text: no secret, so a weak hash does. */
export function script(text: string): RunScript {
  let name: Promise<string | undefined> | undefined
  return async (command, keys, args) => {
    name ??= sha1(text)
    const known = await name
    const rest = [String(keys.length), ...keys, ...args]
    if (known !== undefined) {
      try {
        return await command('EVALSHA', known, ...rest)
      } catch (error) {
        // After a restart or SCRIPT FLUSH; nothing of it was done.
        if (wordOf(error) !== 'NOSCRIPT') throw error
      }
    }
    return await command('EVAL', text, ...rest)
  }
}

/** `undefined` where there is no WebCrypto, as on a page that is no secure context. */
async function sha1(text: string): Promise<string | undefined> {
  const bytes = await globalThis.crypto?.subtle?.digest('SHA-1', utf8(text) as Uint8Array<ArrayBuffer>)
  return bytes && hex(new Uint8Array(bytes))
}
