import type { JSX } from 'preact'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { PortalSession } from '../contract.js'
import type { KeysOptions } from '../keys-options.js'
import { type Page, PageContext, usePage } from './context.js'
import type { Filter } from './key-facts.js'
import { EVERYTHING, ListView } from './list/list-view.js'
import { type Keys, useKeys } from './list/use-keys.js'
import { lazy } from './parts/lazy.js'
import { fragmentOf, type View, viewOf } from './route.js'
import { languageOf, type Say, sayIn } from './text/text.js'
import { createWire, problemOf } from './wire.js'

const CreateView = lazy(async () => (await import('./create/create-view.js')).CreateView)
const KeyView = lazy(async () => (await import('./key/key-view.js')).KeyView)
const IncidentView = lazy(async () => (await import('./incident/incident-view.js')).IncidentView)
const AdminView = lazy(async () => (await import('./admin/admin-view.js')).AdminView)

const LIST: View = { at: 'list' }

/** The view, in the fragment of the address where the site wants that: for links and for the back button. */
function useView(useFragment: boolean): readonly [View, (view: View) => void] {
  const [view, setView] = useState<View>(() => (useFragment ? viewOf(location.hash) : LIST))
  useEffect(() => {
    if (!useFragment) return
    const follow = (): void => setView(viewOf(location.hash))
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [useFragment])
  const go = useCallback(
    (next: View) => {
      if (useFragment) history.pushState(null, '', fragmentOf(next))
      setView(next)
    },
    [useFragment],
  )
  return [view, go]
}

export function App({ options, place }: { options: KeysOptions; place: HTMLElement }): JSX.Element {
  const { portal = '/keys', language, texts, useFragment = false, onSignedOut } = options
  const [isSignedOut, setSignedOut] = useState(false)
  const [session, setSession] = useState<PortalSession | undefined>(undefined)
  const [say, setSay] = useState<Say | undefined>(undefined)
  const [error, setError] = useState<unknown>(undefined)
  const [message, setMessage] = useState('')
  const [view, go] = useView(useFragment)
  const [filter, setFilter] = useState<Filter>(EVERYTHING)
  const skew = useRef(0)
  const wire = useMemo(
    () =>
      createWire(portal, () => {
        setSignedOut(true)
        onSignedOut?.()
      }),
    [portal, onSignedOut],
  )
  const keys = useKeys(wire, session, undefined)

  useEffect(() => {
    const chosen = language ?? languageOf(navigator.languages)
    place.lang = chosen
    // It is a function itself, which a state would take for an update.
    sayIn(
      chosen,
      texts,
      navigator.languages.find((one) => languageOf([one]) === chosen),
    ).then((made) => setSay(() => made), setError)
  }, [language, texts, place])
  useEffect(() => {
    wire.session().then((answer) => {
      skew.current = answer.nowMs - Date.now()
      for (const [name, value] of Object.entries(answer.brand.variables ?? {}))
        if (name.startsWith('--')) place.style.setProperty(name, value)
      setSession(answer)
    }, setError)
  }, [wire, place])

  const page = useMemo<Page | undefined>(
    () =>
      say === undefined || session === undefined
        ? undefined
        : {
            wire,
            session,
            say,
            go,
            put: keys.put,
            now: () => Date.now() + skew.current,
            announce: setMessage,
          },
    [wire, session, say, go, keys.put],
  )
  if (page === undefined) return <Before say={say} error={error} isSignedOut={isSignedOut} />
  return (
    <PageContext.Provider value={page}>
      <Frame view={view} isSignedOut={isSignedOut}>
        <Shown view={view} keys={keys} filter={filter} onFilter={setFilter} />
      </Frame>
      <div class="toast" role="status" aria-live="polite" key={message}>
        {message}
      </div>
    </PageContext.Provider>
  )
}

/** While there is no session: the outline of a list, or why there is none. */
function Before({
  say,
  error,
  isSignedOut,
}: {
  say: Say | undefined
  error: unknown
  isSignedOut: boolean
}): JSX.Element {
  if (say === undefined || (error === undefined && !isSignedOut)) return <div class="wait" aria-busy="true" />
  const { code, status } = problemOf(error)
  return (
    <div>
      <h1>{say('keys')}</h1>
      <div class="note bad" role="alert">
        <p>
          {isSignedOut
            ? say('problemSession')
            : status === 0
              ? say('problemNetwork')
              : say('problemOther', { code: code ?? `HTTP ${status}` })}
        </p>
        <button type="button" onClick={() => location.reload()}>
          {say('tryAgain')}
        </button>
      </div>
    </div>
  )
}

function Frame({
  view,
  isSignedOut,
  children,
}: {
  readonly view: View
  readonly isSignedOut: boolean
  readonly children: JSX.Element
}): JSX.Element {
  const { say, go, session } = usePage()
  // Landmarks are those of the page around it: there is one main part in a page, and one banner.
  const shown = useRef<HTMLDivElement>(null)
  const first = useRef(true)
  const where = fragmentOf(view)
  // another view takes the focus, as another page would
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    shown.current?.focus({ preventScroll: true })
    shown.current?.scrollIntoView({ block: 'nearest' })
  }, [where])
  const link = (target: View, text: string, isCurrent: boolean): JSX.Element => (
    <button type="button" aria-current={isCurrent ? 'page' : undefined} onClick={() => go(target)}>
      {text}
    </button>
  )
  return (
    <>
      <div class="top">
        <h1>{session.brand.name === undefined ? say('keys') : say('keysOf', { service: session.brand.name })}</h1>
        {session.isAdmin && (
          <nav aria-label={say('sections')}>
            {link(LIST, say('keys'), view.at !== 'admin')}
            {link({ at: 'admin', tab: 'notices' }, say('administration'), view.at === 'admin')}
          </nav>
        )}
        <span class="who soft">{session.name}</span>
        {view.at === 'list' && (
          <button type="button" class="primary" onClick={() => go({ at: 'create' })}>
            {say('createKey')}
          </button>
        )}
      </div>
      {isSignedOut && (
        <p class="note bad" role="alert">
          {say('problemSession')}
        </p>
      )}
      <div class="view" ref={shown} tabIndex={-1}>
        {children}
      </div>
    </>
  )
}

function Shown({
  view,
  keys,
  filter,
  onFilter,
}: {
  readonly view: View
  readonly keys: Keys
  readonly filter: Filter
  readonly onFilter: (filter: Filter) => void
}): JSX.Element {
  if (view.at === 'create') return <CreateView />
  if (view.at === 'key') return <KeyView key={view.id} id={view.id} known={keys.rows.get(view.id)} />
  if (view.at === 'incident') return <IncidentView key={view.id} id={view.id} />
  if (view.at === 'admin') return <AdminView tab={view.tab} />
  return <ListView keys={keys} filter={filter} onFilter={onFilter} />
}
