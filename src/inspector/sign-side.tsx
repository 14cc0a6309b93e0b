import type { JSX } from 'preact'
import { Area, Choice, Line } from '../pages/field.js'
import { BaseLines } from './base-view.js'
import { withType } from './body-fields.js'
import { Facts } from './check-results.js'
import { curlOf, shownOf, typescriptOf, without } from './code.js'
import { ask as askEngine } from './engine-part.js'
import type { Composed, Problem } from './engine-types.js'
import { ALGORITHM_NAMES, isEncrypted, type SignForm } from './forms.js'
import { useAnswer } from './use-answer.js'
import { sizeOf } from './visible.js'

const ask = (form: SignForm): Promise<Composed | Problem> => askEngine('compose', [form, Date.now()])
const KINDS = [
  ['text', 'a body as text'],
  ['fields', 'fields as JSON'],
  ['form', 'fields as a form'],
] as const
const KINDS_OF_EXCHANGE = [
  ['text', 'a body as text'],
  ['fields', 'parameters'],
] as const
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].map((name) => [name, name] as const)

export function SignSide({
  form,
  onForm,
  schemes,
}: {
  form: SignForm
  onForm: (form: SignForm) => void
  schemes: readonly string[]
}): JSX.Element {
  const answer = useAnswer(form, ask, 60)
  const set =
    (name: keyof SignForm) =>
    (value: string): void =>
      onForm({ ...form, [name]: value })
  const problem = answer !== undefined && 'problem' in answer ? answer : undefined
  const at = (name: keyof SignForm): string | undefined => (problem?.field === name ? problem.problem : undefined)
  const composed = answer !== undefined && 'base' in answer ? answer : undefined
  const own = form.scheme === 'rfc9421'
  const shown = shownOf(form)
  return (
    <div class="sides">
      <form class="inputs" aria-label="What to sign" onSubmit={(event) => event.preventDefault()}>
        <div class="pair">
          <Choice
            label="Scheme"
            value={form.scheme}
            onValue={set('scheme')}
            options={(schemes.length === 0 ? [form.scheme] : schemes).map((id) => [id, id] as const)}
          />
          <Choice
            label="Algorithm"
            value={form.algorithm}
            onValue={set('algorithm')}
            options={ALGORITHM_NAMES.map((name) => [name, name] as const)}
          />
        </div>
        <div class="pair narrow">
          <Choice label="Method" value={form.method} onValue={set('method')} options={METHODS} />
          <Line label="URL" value={form.url} onValue={set('url')} problem={at('url')} />
        </div>
        <Area label="Header fields" rows={3} value={form.headers} onValue={set('headers')} problem={at('headers')} />
        <Choice
          label="Content"
          value={form.bodyAs}
          onValue={(bodyAs) =>
            onForm({ ...form, bodyAs, headers: own ? withType(form.headers, bodyAs) : form.headers })
          }
          options={own ? KINDS : KINDS_OF_EXCHANGE}
        />
        {form.bodyAs === 'text' ? (
          <Area label="Body" rows={3} value={form.body} onValue={set('body')} />
        ) : (
          <Area
            label="Fields"
            rows={4}
            value={form.fields}
            onValue={set('fields')}
            hint={
              own
                ? 'A line each: name=value, or name:=json for numbers and lists.'
                : 'A line each: name=value. The rules of the exchange put them into query, form or JSON.'
            }
            problem={at('fields')}
          />
        )}
        <Line label={own ? 'Key id' : 'API key'} value={form.keyId} onValue={set('keyId')} problem={at('keyId')} />
        <Area
          label="Secret or private key"
          rows={3}
          value={form.key}
          onValue={set('key')}
          hint="The string to sign does not need it, only the signature. It stays in this page."
          problem={at('key')}
        />
        {isEncrypted(form.key) && (
          <Line
            label="Passphrase of the key"
            type="password"
            value={form.keyPassphrase}
            onValue={set('keyPassphrase')}
            hint="The key is encrypted. Its passphrase stays in this page."
            problem={at('keyPassphrase')}
          />
        )}
        {composed?.takesPassphrase === true && (
          <Line
            label="Passphrase of the account"
            type="password"
            value={form.passphrase}
            onValue={set('passphrase')}
            hint="It stays in this page."
          />
        )}
        <div class="pair">
          <Line
            label="Time"
            value={form.created}
            onValue={set('created')}
            hint="Seconds, milliseconds, a date or now."
            problem={at('created')}
          />
          {own && <Line label="Nonce" value={form.nonce} onValue={set('nonce')} />}
        </div>
        {own && (
          <div class="pair">
            <Line
              label="Components"
              value={form.components}
              onValue={set('components')}
              hint="Separated by spaces. Empty: method, authority, path, query, content type and digest."
            />
            <Line label="Tag" value={form.tag} onValue={set('tag')} />
          </div>
        )}
      </form>
      <div class="results">
        {problem !== undefined && (
          <div class="verdict bad" role="status">
            <strong>{problem.problem}</strong>
          </div>
        )}
        {composed !== undefined && (
          <section>
            <h2>String to sign</h2>
            <p class="hint">{sizeOf(composed.base)}</p>
            <BaseLines
              lines={composed.base.split('\n').map((line) => ({ kind: 'same', expected: line }))}
              label="String to sign"
            />
          </section>
        )}
        {composed !== undefined &&
          (composed.signed === undefined ? (
            <p class="hint">
              Give {isEncrypted(form.key) ? 'the passphrase of the key' : 'a key'} to see the signature and the curl
              command.
              {composed.standsIn === true &&
                ' The address in the string stands in for yours: state it as the API key, or give its key.'}
            </p>
          ) : (
            <>
              <section>
                <h2>Signed request</h2>
                <p class="wrap">
                  <code>
                    {composed.signed.method} {without(shown, composed.signed.url)}
                  </code>
                </p>
                <Facts
                  rows={composed.signed.headers.map(([name, value]) => [name, without(shown, value)] as const)}
                  caption="Header fields of the signed request"
                />
              </section>
              <Code title="curl" text={curlOf(composed.signed, shown)} />
            </>
          ))}
        <Code title="TypeScript" text={typescriptOf(form, composed?.takesPassphrase === true)} />
      </div>
    </div>
  )
}

function Code({ title, text }: { title: string; text: string }): JSX.Element {
  return (
    <section>
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse. */}
      <section class="code" tabIndex={0} aria-label={`${title} code`}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
    </section>
  )
}
