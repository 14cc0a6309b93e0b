import { defined } from '../../../support/defined.js'
import { durationMs } from '../../durations.js'
import { EXIT } from '../../exit-codes.js'
import { printIssued, withSecretFile } from '../../issued.js'
import { actOf, withKeyring } from '../../open-keyring.js'
import { usage } from '../../usage.js'
import { argOf, type Call, type Command, flagOf, textOf } from '../../world.js'
import { publicKeyOf } from './issue.js'

const replacing = (renews: boolean): Command => ({
  run: async (call: Call) => {
    const { options } = call
    const [overlap, life] = [textOf(options, 'overlap'), textOf(options, 'expiresIn')]
    if (overlap !== undefined && flagOf(options, 'compromised'))
      usage('--overlap must be left out beside --compromised')
    const publicKey = await publicKeyOf(options)
    const asked = defined({
      ...actOf(call),
      ...(overlap !== undefined && { overlapMs: durationMs('--overlap', overlap) }),
      ...(flagOf(options, 'compromised') && { compromised: true }),
      publicKey,
    })
    return withSecretFile(call, (write) =>
      withKeyring(call, async ({ keyring }) => {
        const id = argOf(call, 0)
        const issued = renews
          ? await keyring.renew(id, {
              ...asked,
              ...(life !== undefined && { expiresInMs: durationMs('--expires-in', life) }),
            })
          : await keyring.rotate(id, asked)
        await printIssued(call, issued, write)
        return EXIT.ok
      }),
    )
  },
})

/** `keys rotate`: a successor with the same end; both work until the overlap is over. */
export const rotate: Command = replacing(false)
/** `keys renew`: a successor with a life of its own. */
export const renew: Command = replacing(true)
