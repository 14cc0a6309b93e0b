import type { JSX } from 'preact'
import { useCallback, useId, useState } from 'preact/hooks'
import type { GuideAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { Copy, download } from '../parts/copy.js'
import { Problem } from '../parts/problem.js'
import { Tabs } from '../parts/tabs.js'
import { useAsked } from '../parts/use-task.js'
import { LANGUAGE_NAMES } from './language-names.js'

/** Signing code for one key in the customer's language: tabs of what the portal has. */
export function Guide({ keyId }: { keyId: string }): JSX.Element | null {
  const { say, wire } = usePage()
  const [opened, setOpened] = useState<readonly string[]>([])
  const id = useId()
  const { value, error, again } = useAsked<GuideAnswer>(() => wire.get('guide', { keyId }), [keyId])
  const open = useCallback((language: string) => setOpened((all) => [...new Set([...all, language])]), [])
  if (value === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  const { languages, language: first } = value
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{say('codeTitle')}</h3>
      <Tabs
        labelledBy={`${id}-title`}
        tabs={languages.map((one) => [one, one === first ? value.name : (LANGUAGE_NAMES[one] ?? one)])}
        chosen={first}
        onChosen={open}
        panel={(one) =>
          one === first ? (
            <Code guide={value} />
          ) : (
            opened.includes(one) && <Asked keyId={keyId} language={one} key={`${keyId} ${one}`} />
          )
        }
      />
    </section>
  )
}

/** One language, which is asked for when its tab is opened first. */
function Asked({ keyId, language }: { keyId: string; language: string }): JSX.Element {
  const { wire } = usePage()
  const { value, error, again } = useAsked<GuideAnswer>(() => wire.get('guide', { language, keyId }), [])
  if (value !== undefined) return <Code guide={value} />
  return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
}

function Code({ guide: { language, code, needs, run, files } }: { guide: GuideAnswer }): JSX.Element {
  const { say } = usePage()
  return (
    <>
      <div class="code-head">
        <span class="soft">
          {say('codeHint')} {say('codeNeeds', { needs })}
        </span>
        <span class="tools">
          {files.map((file) => (
            <button
              type="button"
              class="small"
              key={file.name}
              onClick={() => download(file.name, file.text, 'text/plain')}
            >
              {say('downloadFile', { file: file.name })}
            </button>
          ))}
          <Copy text={code} what={LANGUAGE_NAMES[language] ?? language} />
        </span>
      </div>
      <p class="run mono">{`${run} METHOD URL [BODY] [HEADER …]`}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be focusable */}
      <pre tabIndex={0}>{code}</pre>
    </>
  )
}
