import { wholeUrl } from '../../proxy/config/parts.js'
import { WALLET_KEY_TYPES } from '../exchange-signer.js'
import { EXIT } from '../exit-codes.js'
import { oneLine } from '../screen.js'
import { accountChecks, type Check, exchangeTime, fileChecks, keyCheck, nodeCheck, urlClock } from '../set-up-checks.js'
import { type Call, hide, type Options, print, textOf } from '../world.js'

const COLOURS = { ok: 'green', warning: 'yellow', wrong: 'red', unknown: 'yellow' } as const

/** An account is named by its API key, or by a key of a chain alone. */
const namesAccount = (options: Options): boolean =>
  textOf(options, 'apiKey') !== undefined ||
  (textOf(options, 'key') !== undefined && WALLET_KEY_TYPES.includes(textOf(options, 'keyType') ?? ''))

/** `doctor`: what is wrong with the set-up, before a request is. */
export async function run(call: Call): Promise<number> {
  const { world, options, paint } = call
  const exchange = textOf(options, 'exchange')
  const url = textOf(options, 'url')
  const checks: Check[] = [nodeCheck(), ...(await fileChecks(options))]
  if (url !== undefined) checks.push(await urlClock(wholeUrl(url)))
  if (exchange !== undefined) {
    checks.push(await exchangeTime(options))
    if (namesAccount(options)) checks.push(...(await accountChecks(world, options)))
  } else if (textOf(options, 'key') !== undefined) checks.push(await keyCheck(world, options))
  const width = Math.max(...checks.map(({ result }) => result.length))
  const lines = checks.map(
    ({ check, result, text }) =>
      `${paint(COLOURS[result], result.padEnd(width))}  ${oneLine(hide(world, `${check}: ${text}`))}\n`,
  )
  print(call, lines.join(''), { checks })
  const results = new Set(checks.map(({ result }) => result))
  return results.has('wrong') ? EXIT.refused : results.has('unknown') ? EXIT.undecided : EXIT.ok
}
