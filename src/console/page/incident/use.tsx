import type { JSX } from 'preact'
import type { IncidentAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import type { TextKey } from '../text/en.js'

type Part = IncidentAnswer['incident']['proven']
type Group = Part['groups'][number]

/** Rows that are shown; the JSON has them all. */
const MOST = 50

interface Line {
  readonly name: string
  readonly count: number
  readonly first: string
  readonly last: string
}

/** The groups of a report, counted by one of their members. */
export function countedBy(groups: readonly Group[], nameOf: (group: Group) => string): readonly Line[] {
  const lines = new Map<string, Line>()
  for (const group of groups) {
    const name = nameOf(group)
    const known = lines.get(name)
    const { count, first, last } = group
    lines.set(
      name,
      known === undefined
        ? { name, count, first, last }
        : {
            name,
            count: known.count + count,
            first: [first, known.first].sort()[0] ?? first,
            last: [last, known.last].sort()[1] ?? last,
          },
    )
  }
  return [...lines.values()].sort((a, b) => b.count - a.count)
}

/** One kind of use, by network, route and program. */
export function Use({ title, hint, part }: { title: string; hint: string; part: Part }): JSX.Element {
  const { say } = usePage()
  const { total, groups, networks } = part
  const tables: ReadonlyArray<readonly [TextKey, readonly Line[]]> = [
    ['networks', networks.map(({ network, count, first, last }) => ({ name: network, count, first, last }))],
    ['addressesUsed', countedBy(groups, ({ clientIp }) => clientIp ?? '–')],
    ['routes', countedBy(groups, ({ route }) => route)],
    ['agents', countedBy(groups, ({ userAgent }) => userAgent ?? '–')],
  ]
  return (
    <section class="card">
      <h3>{title}</h3>
      <p class="soft">{hint}</p>
      {total === undefined ? (
        <p>{say('noUse')}</p>
      ) : (
        <>
          <p class="outcomes">
            {Object.entries(total.outcomes).map(([name, count]) => (
              <span class={name === 'ok' ? 'chip active' : 'chip'} key={name}>
                {name === 'ok' ? say('tileAccepted') : name} {say.number(count)}
              </span>
            ))}
          </p>
          <div class="tables">
            {tables.map(([text, lines]) => (
              <Table key={text} title={say(text)} lines={lines} />
            ))}
          </div>
        </>
      )}
    </section>
  )
}

function Table({ title, lines }: { title: string; lines: readonly Line[] }): JSX.Element {
  const { say } = usePage()
  const most = lines[0]?.count ?? 1
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col" class="number">
              {say('requests')}
            </th>
            <th scope="col">{say('first')}</th>
            <th scope="col">{say('last')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, MOST).map((line) => (
            <tr key={line.name}>
              <td class="agent mono">{line.name}</td>
              <td class="number share">
                <span
                  class="bar"
                  style={{ width: `calc((100% - 0.8rem) * ${line.count / most})` }}
                  aria-hidden="true"
                />
                <span>{say.number(line.count)}</span>
              </td>
              <td class="when">{say.moment(Date.parse(line.first))}</td>
              <td class="when">{say.moment(Date.parse(line.last))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > MOST && <p class="soft">{say('more', { count: lines.length - MOST })}</p>}
    </div>
  )
}
