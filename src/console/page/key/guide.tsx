import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { GuideAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { Copy, download } from '../parts/copy.js'
import { Problem } from '../parts/problem.js'
import { useAsked } from '../parts/use-task.js'
import { LANGUAGE_NAMES } from './language-names.js'

/** Signing code for one key in the customer's language: tabs of what the portal has. */
export function Guide({ keyId }: { keyId: string }): JSX.Element | null {
  const { say, wire } = usePage()
  const [wished, setWished] = useState<string | undefined>(undefined)
  const [last, setLast] = useState<GuideAnswer | undefined>(undefined)
  const id = useId()
  const { error, again } = useAsked<GuideAnswer>(async () => {
    const answer = await wire.get<GuideAnswer>('guide', { language: wished, keyId })
    setLast(answer)
    return answer
  }, [wished, keyId])
  if (last === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  const { languages, language, code, needs, run, files } = last
  const chosen = wished ?? language
  // The arrow keys go through the tabs, as in any list of tabs.
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const next = languages[(languages.indexOf(chosen) + step + languages.length) % languages.length]
    setWished(next)
    const list = event.currentTarget as HTMLElement
    list.querySelector<HTMLElement>(`[data-language="${next}"]`)?.focus()
  }
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{say('codeTitle')}</h3>
      <div role="tablist" class="tabs" aria-labelledby={`${id}-title`} onKeyDown={move}>
        {languages.map((one) => (
          <button
            type="button"
            role="tab"
            key={one}
            id={`${id}-${one}`}
            data-language={one}
            aria-selected={one === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={one === chosen ? 0 : -1}
            onClick={() => setWished(one)}
          >
            {one === language ? last.name : (LANGUAGE_NAMES[one] ?? one)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} class="code">
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
      </div>
      <Problem error={error} onRetry={again} />
    </section>
  )
}
