import { readFile } from 'node:fs/promises'
import { wholeUrl } from '../../proxy/config/parts.js'
import { isAccepted, type ProbeReport, type ProbeRow, probe } from '../../proxy/probe/probe.js'
import { defined } from '../../support/defined.js'
import { durationMs } from '../durations.js'
import { EXIT } from '../exit-codes.js'
import { namingOptions } from '../option-errors.js'
import { signingKeyOf } from '../signing-key.js'
import { table } from '../table.js'
import { usage } from '../usage.js'
import { argOf, type Call, flagOf, listOf, type Options, type Paint, print, textOf } from '../world.js'

/** `probe URL`: the attack catalogue, tried on a server of one's own. */
export const run = (call: Call): Promise<number> => namingOptions(call, () => probed(call))

async function probed(call: Call): Promise<number> {
  const { world, options, paint } = call
  const key = await signingKeyOf(world, options)
  const report = await probe(wholeUrl(argOf(call, 0)), {
    key,
    ...partsOf(options),
    ...(flagOf(options, 'iOwnThisServer') && { ownServer: true }),
    ...((await bodyOf(options)) ?? {}),
  })
  print(call, textOfReport(report, paint), report)
  if (report.rows.some(({ outcome }) => outcome === 'accepted')) return EXIT.refused
  const undecided = report.rows.some(({ outcome, got }) => outcome === 'untested' || typeof got !== 'number')
  return undecided || !isAccepted(report.honestAfter) ? EXIT.undecided : EXIT.ok
}

function partsOf(options: Options): object {
  const [method, label, tag] = ['method', 'label', 'tag'].map((name) => textOf(options, name))
  const [timeout, connectTo] = ['timeout', 'connectTo'].map((name) => textOf(options, name))
  const headers = listOf(options, 'header').map((line): readonly [string, string] => {
    const at = line.indexOf(':')
    return at < 1 ? usage('--header must be Name: value') : [line.slice(0, at), line.slice(at + 1).trim()]
  })
  return defined({
    method,
    label,
    tag,
    ...(headers.length > 0 && { headers }),
    connectTo,
    ...(timeout !== undefined && { timeoutMs: durationMs('--timeout', timeout) }),
  })
}

async function bodyOf(options: Options): Promise<{ readonly body: string | Uint8Array } | undefined> {
  const data = textOf(options, 'data')
  if (data === undefined) return undefined
  if (!data.startsWith('@')) return { body: data }
  return {
    body: await readFile(data.slice(1)).catch(() =>
      usage(`--data must be text or @FILE, got a file that cannot be read`),
    ),
  }
}

const COLOUR = { refused: 'green', accepted: 'red', failed: 'yellow', untested: 'yellow' } as const
const WORDS: Readonly<Record<ProbeRow['outcome'], string>> = {
  refused: 'refused',
  accepted: 'ACCEPTED',
  failed: 'an error of the server',
  untested: 'not tested: an honest request was refused, or a limit of requests is in the way',
}
const gotOf = ({ outcome, got }: ProbeRow): string =>
  `${typeof got === 'number' ? WORDS[outcome] : 'not seen whether it was executed'} (${got})`

/** One row a try, and what it comes to. */
function textOfReport({ honest, honestAfter, rows, skipped }: ProbeReport, paint: Paint): string {
  const lines = table(
    ['no.', 'attack', 'try', 'expected', 'got'],
    rows.map((row) => [String(row.number), row.attack, row.name, 'refused', gotOf(row)]),
  ).split('\n')
  const painted = lines.map((line, at) => {
    const row = rows[at - 1]
    return row === undefined ? line : line.replace(gotOf(row), (got) => paint(COLOUR[row.outcome], got))
  })
  const count = (outcome: ProbeRow['outcome']): number => rows.filter((row) => row.outcome === outcome).length
  const missing = skipped.map(({ number, attack, lacks }) => `not tried: ${number} ${attack}, which needs ${lacks}\n`)
  const [accepted, failed, untested] = [count('accepted'), count('failed'), count('untested')]
  return [
    painted.join('\n'),
    ...missing,
    `\nThe honest request was accepted (${honest}). Of ${rows.length} tries ${count('refused')} were refused`,
    accepted === 0 ? ', none was accepted' : paint('red', `, ${accepted} ACCEPTED`),
    failed === 0 ? '' : `, ${failed} met an error of the server or no answer`,
    untested === 0 ? '' : `, ${untested} could not be tested`,
    '.\n',
    isAccepted(honestAfter)
      ? ''
      : paint(
          'red',
          `In the end the honest request was refused too (${honestAfter}): the refusals show nothing.`,
        ).concat('\n'),
    // Once more where the table has scrolled away.
    ...rows
      .filter(({ outcome }) => outcome !== 'refused')
      .map((row) => `  ${row.number} ${row.attack}: ${row.name}: ${paint(COLOUR[row.outcome], gotOf(row))}\n`),
  ].join('')
}
