import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { GuideAnswer } from '../../contract.js'
import { usePage } from '../context.js'
import { Copy } from '../parts/copy.js'
import { Problem } from '../parts/problem.js'
import { useAsked } from '../parts/use-task.js'

const NAMES: Readonly<Record<string, string>> = {
  curl: 'curl',
  python: 'Python',
  go: 'Go',
  rust: 'Rust',
  java: 'Java',
  csharp: 'C#',
  php: 'PHP',
  ruby: 'Ruby',
  kotlin: 'Kotlin',
  swift: 'Swift',
  c: 'C',
  powershell: 'PowerShell',
  typescript: 'TypeScript',
  javascript: 'JavaScript',
}

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
  const { languages, language, code } = last
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
            {NAMES[one] ?? one}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} class="code">
        <div class="code-head">
          <span class="soft">{say('codeHint')}</span>
          <Copy text={code} what={NAMES[language] ?? language} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be focusable */}
        <pre tabIndex={0}>{code}</pre>
      </div>
      <Problem error={error} onRetry={again} />
    </section>
  )
}
