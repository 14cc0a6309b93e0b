import type { Act, Keyring } from '../../../keyring/keyring-options.js'
import type { KeyInfo } from '../../../keyring/record/key-view.js'
import { EXIT } from '../../exit-codes.js'
import { keyLines } from '../../key-text.js'
import { actOf, withKeyring } from '../../open-keyring.js'
import { argOf, type Call, type Command, flagOf, print } from '../../world.js'

type Change = (keyring: Keyring, id: string, act: Act) => Promise<KeyInfo>

/** A command that changes one key and shows it. */
const changing = (change: Change): Command => ({
  run: (call) =>
    withKeyring(call, async ({ keyring }) => {
      const key = await change(keyring, argOf(call, 0), actOf(call))
      print(call, keyLines(key), { key })
      return EXIT.ok
    }),
})

export const describe: Command = changing((keyring, id) => keyring.describe(id))
export const disable: Command = changing((keyring, id, act) => keyring.disable(id, act))
export const enable: Command = changing((keyring, id, act) => keyring.enable(id, act))

/** `keys revoke`: for good. With `--wait` it ends when no process accepts the key any more. */
export const revoke: Command = {
  run: (call: Call) =>
    withKeyring(call, async ({ keyring }) => {
      const [id, act] = [argOf(call, 0), actOf(call)]
      if (!flagOf(call.options, 'wait')) {
        const key = await keyring.revoke(id, act)
        print(call, keyLines(key), { key })
        return EXIT.ok
      }
      const { key, how, nodes, tookMs } = await keyring.revokeAndWait(id, act)
      print(call, `${keyLines(key)}\nrevoked everywhere: ${how}, ${nodes} other nodes, after ${tookMs} ms\n`, {
        ...{ key, how, nodes, tookMs },
      })
      return EXIT.ok
    }),
}
