import type { JSX } from 'preact'
import { Area, Line, Radios } from '../../../pages/field.js'
import { usePage } from '../context.js'
import type { TextKey } from '../text/en.js'
import { type Kind, kindsOf, type Source, sourceProblem } from './source.js'

const TEXTS: Readonly<Record<Kind, readonly [text: TextKey, hint: TextKey]>> = {
  browser: ['kindBrowser', 'kindBrowserHint'],
  shared: ['kindShared', 'kindSharedHint'],
  own: ['kindOwn', 'kindOwnHint'],
}

/** Which kind of key, and what that kind needs. */
export function SourceFields({
  source,
  onSource,
  kinds,
  isTried,
}: {
  readonly source: Source
  readonly onSource: (source: Source) => void
  readonly kinds?: readonly Kind[]
  /** The button was pressed: from then on it is shown what is missing. */
  readonly isTried: boolean
}): JSX.Element {
  const { say, session } = usePage()
  const change = (part: Partial<Source>): void => onSource({ ...source, ...part })
  const problem = sourceProblem(source, session.algorithms)
  const shown = problem === undefined || (!isTried && problem.endsWith('Missing')) ? undefined : say(problem)
  const offered = kinds ?? kindsOf(session.algorithms)
  return (
    <>
      {offered.length > 1 && (
        <Radios
          legend={say('kind')}
          value={source.kind}
          onValue={(kind) => change({ kind })}
          options={offered.map((kind) => ({
            value: kind,
            text: say(TEXTS[kind][0]),
            hint: say(TEXTS[kind][1]),
          }))}
        />
      )}
      {source.kind === 'browser' && (
        <div class="under">
          <Radios
            legend={say('keep')}
            value={source.keep}
            onValue={(keep) => change({ keep })}
            options={[
              { value: 'file', text: say('keepFile'), hint: say('keepFileHint') },
              { value: 'browser', text: say('keepBrowser'), hint: say('keepBrowserHint') },
            ]}
          />
          {source.keep === 'file' && <Passphrase source={source} change={change} isTried={isTried} />}
        </div>
      )}
      {source.kind === 'own' && (
        <div class="under">
          <Area
            label={say('ownKey')}
            rows={5}
            value={source.pasted}
            onValue={(pasted) => change({ pasted })}
            hint={say('ownHint')}
            problem={shown}
          />
        </div>
      )}
    </>
  )
}

function Passphrase({
  source,
  change,
  isTried,
}: {
  readonly source: Source
  readonly change: (part: Partial<Source>) => void
  readonly isTried: boolean
}): JSX.Element {
  const { say, session } = usePage()
  const problem = sourceProblem(source, session.algorithms)
  const isShown = isTried || source.repeated !== ''
  return (
    <>
      <div class="pair">
        <Line
          type="password"
          label={say('passphrase')}
          value={source.passphrase}
          onValue={(passphrase) => change({ passphrase })}
          hint={say('passphraseHint')}
          problem={isShown && problem === 'passphraseShort' ? say(problem) : undefined}
        />
        <Line
          type="password"
          label={say('passphraseAgain')}
          value={source.repeated}
          onValue={(repeated) => change({ repeated })}
          problem={isShown && problem === 'passphraseDiffers' ? say(problem) : undefined}
        />
      </div>
      <p class="hint">{say('passphraseLost')}</p>
    </>
  )
}
