import type { JSX } from 'preact'
import type { IncidentStep, IncidentStepCode } from '../../contract.js'
import { usePage } from '../context.js'
import type { TextKey } from '../text/en.js'

const TEXTS: Readonly<Record<IncidentStepCode, readonly [what: TextKey, how: TextKey]>> = {
  REVOKE: ['stepRevoke', 'stepRevokeHow'],
  REPLACE: ['stepReplace', 'stepReplaceHow'],
  CHECK_OWN_USE: ['stepOwn', 'stepOwnHow'],
  SCREENSHOTS: ['stepPictures', 'stepPicturesHow'],
  CONTACT_PLATFORM: ['stepPlatform', 'stepPlatformHow'],
  CONTACT_AUTHORITIES: ['stepAuthorities', 'stepAuthoritiesHow'],
  FIND_LEAK: ['stepFind', 'stepFindHow'],
  NARROW_REPLACEMENT: ['stepNarrow', 'stepNarrowHow'],
  LOG_INCOMPLETE: ['stepLog', 'stepLogHow'],
}

/** What to do next. What is done is done by the portal; the rest is for the person. */
export function Steps({ steps }: { steps: readonly IncidentStep[] }): JSX.Element {
  const { say } = usePage()
  return (
    <section class="card">
      <h3>{say('nextSteps')}</h3>
      <ol class="steps">
        {steps.map(({ code, done }) => {
          const [what, how] = TEXTS[code]
          return (
            <li key={code} class={done ? 'is-done' : ''}>
              <strong>{say(what)}</strong>
              {done && <span class="chip active">{say('stepDone')}</span>}
              <p class="soft">{say(how)}</p>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
