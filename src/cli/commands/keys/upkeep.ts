import { existsSync } from 'node:fs'
import { readAuditLines } from '../../../audit/file.js'
import { type ChainReport, verifyAuditChain } from '../../../audit/verify.js'
import { scannerRules } from '../../../keyring/leaks/scanner-rules.js'
import { defined } from '../../../support/defined.js'
import { EXIT } from '../../exit-codes.js'
import { actOf, prefixOf, withKeyring } from '../../open-keyring.js'
import { oneLine } from '../../screen.js'
import { optionalSecret } from '../../secrets.js'
import { usage } from '../../usage.js'
import { argOf, type Call, type Command, flagOf, listOf, print, textOf } from '../../world.js'

/** `keys rewrap`: seals and binds with --kek what a --former-kek sealed. */
export const rewrap: Command = {
  run: (call) =>
    withKeyring(call, async ({ keyring }) => {
      const { rewrapped, failed } = await keyring.rewrap(actOf(call))
      const rest =
        failed.length === 0
          ? ''
          : `failed: ${failed.join(', ')}\nA key that was sealed with another key-encryption key needs that one as --former-kek\n`
      print(call, `rewrapped: ${rewrapped}\n${rest}`, { rewrapped, failed })
      return failed.length === 0 ? EXIT.ok : EXIT.refused
    }),
}

/** `keys audit verify`: whether every line of a trail is the one that was written, and none is missing. */
export const auditVerify: Command = {
  run: async (call) => {
    const { world, options } = call
    const key = await optionalSecret(world, options, 'auditKey', '--audit-key')
    const heads = listOf(options, 'head')
    const report = await verifyAuditChain(readAuditLines(argOf(call, 0)), {
      ...(key && { key }),
      ...(heads.length > 0 && { expectedHead: heads }),
      ...(flagOf(options, 'allowTruncatedStart') && { allowTruncatedStart: true }),
    })
    // A trail without a line proves nothing: it may have been taken away, or its name misspelt.
    if (report.ok && report.lines === 0) {
      if (!existsSync(argOf(call, 0))) usage(`there is no trail at ${argOf(call, 0)}`)
      print(call, `${call.paint('red', 'empty')}: there is no line to verify\n`, { ...report, ok: false })
      return EXIT.refused
    }
    print(call, reportText(call, report), report)
    return report.ok ? EXIT.ok : EXIT.refused
  },
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

function reportText({ paint }: Call, { ok, lines, chains, broken }: ChainReport): string {
  const first = ok
    ? `${paint('green', 'unbroken')}: ${counted(lines, 'line')}, ${counted(chains.length, 'chain')}\n`
    : `${paint('red', 'broken')} at line ${broken?.line}: ${broken?.problem}, ${oneLine(String(broken?.detail))}\n`
  return `${first}${chains.map(({ instance, firstSeq, lastSeq, head, closed }) => `${oneLine(instance ?? '-')}  ${firstSeq} to ${lastSeq}  ${closed ? 'closed' : 'open'}  head ${head}\n`).join('')}`
}

/** `keys rules`: what finds leaked secrets of this prefix. */
export const rules: Command = {
  run: async (call) => {
    const verifyUrl = textOf(call.options, 'verifyUrl')
    const all = scannerRules(defined({ prefix: prefixOf(call), verifyUrl }))
    const scanner = textOf(call.options, 'for') ?? 'gitleaks'
    if (verifyUrl !== undefined && scanner !== 'trufflehog') usage('--verify-url needs --for trufflehog')
    const one = all[scanner as keyof typeof all]
    print(call, typeof one === 'string' ? one : `${JSON.stringify(one, undefined, 2)}\n`, { [scanner]: one })
    return EXIT.ok
  },
}
