import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { CompromisedKey, IncidentAnswer, RevokedKey, RevokeKey } from '../../contract.js'
import { usePage } from '../context.js'
import { Created } from '../create/created.js'
import { shortId } from '../key-facts.js'
import { StatusChip } from '../parts/chip.js'
import { download } from '../parts/copy.js'
import { Problem } from '../parts/problem.js'
import { useAsked } from '../parts/use-task.js'
import { Confirmation } from './confirmation.js'
import { forgetOutcome, outcomeOf } from './outcome.js'
import { Steps } from './steps.js'
import { Timeline } from './timeline.js'
import { Use } from './use.js'

type Shown = Pick<IncidentAnswer, 'key' | 'steps'> & { readonly incident: IncidentAnswer['incident'] | undefined }

const shownOf = ({ key, steps, incident }: CompromisedKey): Shown => ({ key, steps, incident })

/** When and from where a key was used, and what to do next. After a compromise the new key comes first: its secret is here once. */
export function IncidentView({ id }: { readonly id: string }): JSX.Element {
  const { say, wire, go, session, now } = usePage()
  const [outcome] = useState<CompromisedKey | undefined>(() => outcomeOf(id))
  const [isStored, setStored] = useState(false)
  useEffect(() => () => forgetOutcome(id), [id])
  const path = `keys/${encodeURIComponent(id)}`
  const isBegun = outcome?.how === 'begun'
  const confirmed = useAsked<RevokedKey | undefined>(async () => {
    const wish: RevokeKey = { wait: true }
    return isBegun ? wire.post<RevokedKey>(`${path}/revoke`, wish) : undefined
  }, [id])
  const isConfirmed = confirmed.value !== undefined
  const { value, error, again } = useAsked<Shown>(
    async () =>
      // What was used until the last server had noticed is in the report, too.
      outcome !== undefined && (!session.features.incident || (outcome.incident !== undefined && !isConfirmed))
        ? shownOf(outcome)
        : wire.get<IncidentAnswer>(`${path}/incident`),
    [id, isConfirmed],
  )
  const { replacement } = outcome ?? {}
  const confirmation = isBegun && <Confirmation of={confirmed} />
  if (replacement !== undefined && !isStored)
    return (
      <>
        <p class="note good" role="status">
          {say('leakDone')}
        </p>
        {confirmation}
        <Created made={replacement} title={say('leakReplaced')} onDone={() => setStored(true)} />
      </>
    )
  if (value === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  const { key, steps, incident } = value
  const json = (): void =>
    download(`incident-${key.id}.json`, `${JSON.stringify({ key, steps, incident }, null, 2)}\n`, 'application/json')
  return (
    <article class="incident">
      <div class="title">
        <button type="button" class="back" onClick={() => go({ at: 'key', id: key.id })}>
          {say('backToKey')}
        </button>
        <h2>{say('reportTitle', { name: key.name === '' ? shortId(key) : key.name })}</h2>
        <StatusChip row={key} />
        <span class="tools">
          <button type="button" onClick={() => print()}>
            {say('print')}
          </button>
          <button type="button" onClick={json}>
            {say('exportJson')}
          </button>
        </span>
      </div>
      {outcome !== undefined && replacement === undefined && <p class="note good">{say('leakDoneAlone')}</p>}
      {confirmation}
      <p class="soft">
        <code class="long">{key.id}</code>
        {incident !== undefined &&
          ` · ${say('since', { when: say.moment(Date.parse(incident.since)) })} · ${say('asOf', { when: say.moment(now()) })}`}
      </p>
      {incident === undefined ? (
        <p class="note warn">{say('reportNone')}</p>
      ) : (
        <>
          <Gaps incident={incident} />
          <div class="tiles">
            <Tile text={say('tileAccepted')} count={sum(incident.timeline.buckets, 'accepted')} kind="accepted" />
            <Tile text={say('tileRefused')} count={sum(incident.timeline.buckets, 'refused')} kind="refused" />
            <Tile text={say('tileClaimed')} count={sum(incident.timeline.buckets, 'claimed')} kind="claimed" />
            <Tile text={say('tileNetworks')} count={incident.proven.networks.length} kind="plain" />
          </div>
          <section class="card">
            <h3>{say('timeline')}</h3>
            <Timeline timeline={incident.timeline} />
          </section>
        </>
      )}
      <Steps steps={steps} />
      {incident !== undefined && (
        <>
          <Use title={say('proven')} hint={say('provenHint')} part={incident.proven} />
          <Use title={say('claimed')} hint={say('claimedHint')} part={incident.claimed} />
          <Changes incident={incident} />
        </>
      )}
    </article>
  )
}

type Bucket = IncidentAnswer['incident']['timeline']['buckets'][number]
const sum = (buckets: readonly Bucket[], what: 'accepted' | 'refused' | 'claimed'): number =>
  buckets.reduce((all, bucket) => all + bucket[what], 0)

function Tile({ text, count, kind }: { text: string; count: number; kind: string }): JSX.Element {
  const { say } = usePage()
  return (
    <div class={`tile ${kind}`}>
      <strong>{say.number(count)}</strong>
      <span>{text}</span>
    </div>
  )
}

/** What the report does not hold: a reader has to know before the numbers. */
function Gaps({ incident }: { incident: IncidentAnswer['incident'] }): JSX.Element | null {
  const { say } = usePage()
  const { lost, corrupt, sampled } = incident
  if (lost === 0 && corrupt === 0 && !sampled) return null
  return (
    <p class="note warn">
      {lost > 0 && `${say('gapLost', { count: lost })} `}
      {corrupt > 0 && `${say('gapCorrupt', { count: corrupt })} `}
      {sampled && say('gapSampled')}
    </p>
  )
}

function Changes({ incident }: { incident: IncidentAnswer['incident'] }): JSX.Element | null {
  const { say } = usePage()
  if (incident.changes.length === 0) return null
  return (
    <section class="card">
      <h3>{say('changes')}</h3>
      <ol class="events">
        {incident.changes.map((event) => (
          <li key={`${event.time} ${event.event} ${event.seq}`}>
            <time dateTime={event.time}>{say.moment(Date.parse(event.time))}</time>
            <code>{event.event}</code>
            <span class="agent">{[event.actor, event.clientIp, event.reason].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
