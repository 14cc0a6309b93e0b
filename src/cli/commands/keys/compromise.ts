import { printIncident } from '../../../audit/report.js'
import type { KeyInfo } from '../../../keyring/record/key-view.js'
import { defined } from '../../../support/defined.js'
import { durationMs } from '../../durations.js'
import { EXIT } from '../../exit-codes.js'
import { withSecretFile } from '../../issued.js'
import { keyLines } from '../../key-text.js'
import { actOf, withKeyring } from '../../open-keyring.js'
import { argOf, type Call, print, textOf } from '../../world.js'
import { publicKeyOf } from './issue.js'

/** `keys compromise`: revoked on every node, replaced, and when and from where it was used. */
export async function run(call: Call): Promise<number> {
  const { options } = call
  const since = textOf(options, 'since')
  const publicKey = await publicKeyOf(options)
  const asked = defined({
    ...actOf(call),
    ...(since !== undefined && { sinceMs: Date.now() - durationMs('--since', since) }),
    publicKey,
  })
  return withSecretFile(call, (write) =>
    withKeyring(call, async ({ keyring }) => {
      const { revocation, replacement, problem, incident } = await keyring.compromise(argOf(call, 0), asked)
      const secret = replacement?.secret?.revealText()
      const path = textOf(options, 'secretFile')
      if (secret !== undefined && path !== undefined) await write(secret)
      const { key, how, nodes, tookMs } = revocation
      const lines = [
        `${keyLines(key)}\nrevoked everywhere: ${how}, ${nodes} other nodes, after ${tookMs} ms\n`,
        replacement === undefined
          ? `no replacement${whyNone(key, problem)}\n`
          : `\nreplacement\n${keyLines(replacement.key)}${secret === undefined ? '' : path === undefined ? `\n${secret}\nThis is the secret. It is not shown again.\n` : `\nThe secret is in ${path}.\n`}`,
        incident === undefined
          ? '\nno incident report: state --audit, the trail of the verifiers\n'
          : `\n${printIncident(incident)}`,
      ]
      print(call, lines.join(''), {
        ...{ key, how, nodes, tookMs, problem, incident },
        ...(replacement && {
          replacement: { key: replacement.key, ...(path === undefined ? { secret } : { secretFile: path }) },
        }),
      })
      return EXIT.ok
    }),
  )
}

/** The owner of a key pair has to bring the next one: the service never had the private half. */
const whyNone = ({ thumbprint }: KeyInfo, problem: string | undefined): string =>
  thumbprint !== undefined && problem === 'ARGUMENT_INVALID'
    ? ': its owner brings another public key (keys issue --public-key)'
    : problem === undefined
      ? ''
      : `: ${problem}, see docs/errors.md#${problem.toLowerCase()}`
