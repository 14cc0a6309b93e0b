import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Line, Radios } from '../../../pages/field.js'
import { defined } from '../../../support/defined.js'
import type { CreatedKey, CreateKey, KeyRow } from '../../contract.js'
import { usePage } from '../context.js'
import { Problem } from '../parts/problem.js'
import { useTask } from '../parts/use-task.js'
import { AddressFields } from './address-fields.js'
import { Created, type Made } from './created.js'
import { type LifeChoice, LifeFields, lifeOf, lifeProblem } from './life-fields.js'
import { ScopeFields } from './scope-fields.js'
import { kindsOf, newSource, prepare, type Source, sourceProblem } from './source.js'
import { SourceFields } from './source-fields.js'
import { type Upkeep, UpkeepFields } from './upkeep-fields.js'

type Environment = KeyRow['environment']

/** Those that are set. */
const set = ({ lockAfterIdleMs, rotateEveryMs }: Upkeep): Pick<CreateKey, keyof Upkeep> =>
  defined({ lockAfterIdleMs, rotateEveryMs })

export function CreateView(): JSX.Element {
  const { say, session, wire, go, put } = usePage()
  const [name, setName] = useState('')
  const [environment, setEnvironment] = useState<Environment>(session.grant.environments[0] ?? 'live')
  const [source, setSource] = useState<Source>(() => newSource(kindsOf(session.algorithms)[0] ?? 'shared'))
  const [scopes, setScopes] = useState<readonly string[]>([])
  const [allowIp, setAllowIp] = useState<readonly string[]>([])
  const [life, setLife] = useState<LifeChoice>({ value: String(session.defaultLifeMs), reason: '' })
  const [upkeep, setUpkeep] = useState<Upkeep>(() => ({
    lockAfterIdleMs: session.grant.lockAfterIdleMs,
    rotateEveryMs: undefined,
  }))
  const [isTried, setTried] = useState(false)
  const [made, setMade] = useState<Made | undefined>(undefined)

  const problem = sourceProblem(source, session.algorithms)
  const hasAddresses = allowIp.length > 0 || !session.grant.needsAddresses
  const isReady = name.trim() !== '' && problem === undefined && !lifeProblem(life) && hasAddresses
  const task = useTask(async () => {
    const { body, ...kept } = await prepare(source, session.algorithms)
    const wish: CreateKey = {
      ...body,
      ...lifeOf(life),
      name: name.trim(),
      environment,
      scopes,
      allowIp,
      ...set(upkeep),
      ...(life.reason.trim() !== '' && { reason: life.reason.trim() }),
    }
    const created = await wire.post<CreatedKey>('keys', wish)
    put(created.key)
    setMade({ ...created, ...kept })
  })

  if (made !== undefined) return <Created made={made} title={say('createdTitle')} onDone={() => go({ at: 'list' })} />
  return (
    <form
      class="create"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (isReady) task.run()
      }}
    >
      <div class="title">
        <button type="button" class="back" onClick={() => go({ at: 'list' })}>
          {say('back')}
        </button>
        <h2>{say('createKey')}</h2>
      </div>
      <section class="card">
        <Line
          label={say('name')}
          value={name}
          onValue={setName}
          maxLength={128}
          hint={say('nameHint')}
          problem={isTried && name.trim() === '' ? say('nameMissing') : undefined}
        />
        {session.grant.environments.length > 1 && (
          <Radios
            legend={say('environment')}
            value={environment}
            onValue={setEnvironment}
            options={[
              { value: 'live' as Environment, text: say('live'), hint: say('liveHint') },
              { value: 'test' as Environment, text: say('test'), hint: say('testHint') },
            ]}
          />
        )}
      </section>
      <section class="card">
        <SourceFields source={source} onSource={setSource} isTried={isTried} />
      </section>
      <section class="card">
        <ScopeFields chosen={scopes} onChosen={setScopes} />
      </section>
      <section class="card">
        <AddressFields list={allowIp} onList={setAllowIp} isTried={isTried} />
      </section>
      <section class="card">
        <LifeFields life={life} onLife={setLife} isTried={isTried} />
        <UpkeepFields upkeep={upkeep} onUpkeep={setUpkeep} />
      </section>
      <Problem error={task.error} />
      {isTried && !isReady && (
        <p class="note bad" role="alert">
          {say('formIncomplete')}
        </p>
      )}
      <div class="buttons">
        <button type="button" onClick={() => go({ at: 'list' })}>
          {say('cancel')}
        </button>
        <button type="submit" class="primary" disabled={task.pending}>
          {task.pending ? say('working') : say('createKey')}
        </button>
      </div>
    </form>
  )
}
