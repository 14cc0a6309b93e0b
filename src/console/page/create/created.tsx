import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Check } from '../../../pages/field.js'
import type { CreatedKey } from '../../contract.js'
import { usePage } from '../context.js'
import { CheckBox } from '../key/check-box.js'
import { Guide } from '../key/guide.js'
import { Copy, download } from '../parts/copy.js'
import type { Prepared } from './source.js'

/** A key that was just made, with what is here once and never again. */
export interface Made extends CreatedKey, Omit<Prepared, 'body'> {}

/** The variables that the clients of the guide read. */
const envOf = (id: string, secret: string): string => `SIGNING_KEY_ID=${id}\nSIGNING_SECRET=${secret}\n`

export function Created({
  made,
  title,
  onDone,
}: {
  readonly made: Made
  readonly title: string
  readonly onDone: () => void
}): JSX.Element {
  const { say, session } = usePage()
  const { key, secret, encryptedPrivateKey } = made
  const isOnce = secret !== undefined || encryptedPrivateKey !== undefined
  const [isStored, setStored] = useState(!isOnce)
  useEffect(() => {
    if (isStored) return
    // The browser asks before a page is left that holds what will not be shown again.
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isStored])
  return (
    <article class="created">
      <h2>{title}</h2>
      <p>{say('createdText', { name: key.name === '' ? key.id : key.name })}</p>
      <section class="card">
        <dl class="facts">
          <dt>{say('keyId')}</dt>
          <dd>
            <code class="long">{key.id}</code> <Copy text={key.id} what={say('keyId')} />
          </dd>
        </dl>
        {secret !== undefined && (
          <>
            <p class="note warn">{say('secretOnce')}</p>
            <div class="secret">
              <input
                class="mono"
                aria-label={say('secret')}
                readOnly
                value={secret}
                onFocus={(event) => event.currentTarget.select()}
              />
              <Copy text={secret} what={say('secret')} />
              <button type="button" onClick={() => download(`${key.id}.env`, envOf(key.id, secret), 'text/plain')}>
                {say('downloadEnv')}
              </button>
            </div>
          </>
        )}
        {encryptedPrivateKey !== undefined && (
          <>
            <p class="note warn">{say('pemOnce')}</p>
            <button
              type="button"
              class="primary"
              onClick={() => download(`${key.id}.pem`, encryptedPrivateKey, 'application/x-pem-file')}
            >
              {say('downloadPem')}
            </button>
          </>
        )}
        {made.browserKeyName !== undefined && (
          <>
            <p class="note">{say('keptInBrowser')}</p>
            <div class="code">
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be focusable */}
              <pre tabIndex={0}>{browserCode(made.browserKeyName, key.id)}</pre>
            </div>
          </>
        )}
        {isOnce && <Check checked={isStored} onChecked={setStored} text={say('stored')} hint={say('storedHint')} />}
      </section>
      {session.features.guide && <Guide keyId={key.id} />}
      {session.features.check && <CheckBox keyId={key.id} />}
      <div class="buttons">
        <button type="button" class="primary" disabled={!isStored} onClick={onDone}>
          {say('done')}
        </button>
      </div>
    </article>
  )
}

const browserCode = (name: string, keyId: string): string =>
  `import { createSignedFetch, rfc9421 } from 'countersign'
import { browserKey } from 'countersign/client/browser-key'

const { signingKey } = await browserKey({ name: '${name}', keyId: '${keyId}' })
const signedFetch = createSignedFetch(rfc9421({ key: signingKey }), { origins: [location.origin] })`
