import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { CheckSide } from './check-side.js'
import { ask, forget } from './engine-part.js'
import { EMPTY_CHECK, EMPTY_SIGN, type Forms, type Side, withoutKeys } from './forms.js'
import { formsOf, fragmentOf } from './link.js'
import { SignSide } from './sign-side.js'

/** Fresh for every visit, and then still: the string on the page must not change while a field is typed. */
function freshForms(): Forms {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/=+$/, '')
  return {
    side: 'check',
    check: EMPTY_CHECK,
    sign: { ...EMPTY_SIGN, created: String(Math.floor(Date.now() / 1_000)), nonce },
  }
}

function startForms(): Forms {
  const fresh = freshForms()
  const linked = formsOf(location.hash)
  if (linked === undefined) return fresh
  return linked.side === 'check' ? { ...linked, sign: fresh.sign } : linked
}

const SIDES: ReadonlyArray<readonly [Side, string]> = [
  ['check', 'Check a request'],
  ['sign', 'Sign a request'],
]

export function App(): JSX.Element {
  const [forms, setForms] = useState(startForms)
  const [schemes, setSchemes] = useState<readonly string[]>([])
  const [link, setLink] = useState('')
  useEffect(() => {
    // After the first picture: the page is there before the engine is.
    const timer = setTimeout(() => ask('schemes', []).then(setSchemes, console.error), 0)
    // A browser may keep a page that was left, with everything in it, and show it again.
    const leave = (): void => {
      forget()
      setForms(withoutKeys)
    }
    addEventListener('pagehide', leave)
    const follow = (): void => {
      const linked = formsOf(location.hash)
      if (linked !== undefined)
        setForms((before) => ({ ...before, side: linked.side, [linked.side]: linked[linked.side] }))
    }
    addEventListener('hashchange', follow)
    return () => {
      clearTimeout(timer)
      removeEventListener('hashchange', follow)
      removeEventListener('pagehide', leave)
    }
  }, [])
  const change = (part: Partial<Forms>): void => {
    setLink('')
    setForms((before) => ({ ...before, ...part }))
  }
  const { side } = forms
  return (
    <>
      <header>
        <h1>Countersign</h1>
        <nav aria-label="Sides">
          {SIDES.map(([name, text]) => (
            <button
              type="button"
              key={name}
              aria-current={side === name ? 'page' : undefined}
              onClick={() => change({ side: name })}
            >
              {text}
            </button>
          ))}
        </nav>
        <Share link={link} onShare={() => setLink(share(forms) ?? TOO_LONG)} />
      </header>
      <main>
        {side === 'check' ? (
          <CheckSide form={forms.check} onForm={(check) => change({ check })} schemes={schemes} />
        ) : (
          <SignSide form={forms.sign} onForm={(sign) => change({ sign })} schemes={schemes} />
        )}
      </main>
      <footer>
        <p>
          This page opens no connection: its policy forbids every one. Keys are neither stored nor put into a link; they
          are gone when it is closed.
        </p>
      </footer>
    </>
  )
}

/** Puts the link into the address, and where that is possible onto the clipboard. */
function share(forms: Forms): string | undefined {
  const fragment = fragmentOf(forms)
  if (fragment === '') return undefined
  history.replaceState(null, '', fragment)
  const link = location.href
  // Not allowed in every place a page can be opened from; the text beside the button can always be copied.
  navigator.clipboard?.writeText(link).catch(() => {})
  return link
}

const TOO_LONG = 'This is too long for a link.'

function Share({ link, onShare }: { link: string; onShare: () => void }): JSX.Element {
  return (
    <div class="share">
      <button type="button" onClick={onShare}>
        Make a link
      </button>
      {link === TOO_LONG && <span role="status">{TOO_LONG}</span>}
      {link !== '' && link !== TOO_LONG && (
        <>
          <input
            class="link"
            aria-label="Link to this page, without keys"
            readOnly
            value={link}
            onFocus={(event) => event.currentTarget.select()}
          />
          <span role="status">Made without keys, and copied where the browser allows it.</span>
        </>
      )}
    </div>
  )
}
