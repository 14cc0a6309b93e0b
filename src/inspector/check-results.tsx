import type { JSX } from 'preact'
import { BaseLines } from './base-view.js'
import type { Checked, Fact, ReadRequest, SignatureFacts } from './engine-types.js'
import { sizeOf } from './visible.js'

/** The answer to the one question, in a sentence. */
export function verdictOf({
  diagnosis,
  keyUse,
  request,
}: Checked): readonly [kind: 'good' | 'bad' | 'open', text: string] {
  const { verified, signature, findings, scheme } = diagnosis
  if (request === undefined) return ['open', 'Not judged: this is an answer without its request.']
  if (scheme === undefined) return ['open', 'No known signature was found in this request.']
  if (verified)
    return findings.every(({ certainty }) => certainty === 'possible')
      ? ['good', 'Verified: the signature fits this request and this key.']
      : ['open', 'Verified: the signature fits this request and this key. Something else was found.']
  if (keyUse === 'none') return ['open', 'Not judged: give the secret or the public key.']
  if (signature === 'fits')
    return [
      'bad',
      'Not verified: the signature fits this request and this key, and the request is refused for what is found.',
    ]
  return ['bad', 'Not verified: the signature does not fit this request and this key.']
}

export function CheckResults({ checked }: { checked: Checked }): JSX.Element {
  const { diagnosis, request, signatures } = checked
  const [kind, text] = verdictOf(checked)
  const differs = diagnosis.base.some((line) => line.kind !== 'same')
  return (
    <>
      <div class={`verdict ${kind}`} role="status">
        <strong>{text}</strong>
        {diagnosis.scheme !== undefined && <span class="scheme">{diagnosis.scheme}</span>}
      </div>
      <Findings checked={checked} />
      {diagnosis.base.length > 0 && (
        <section>
          <h2>{differs ? 'String to sign, and where it differs' : 'String to sign'}</h2>
          <p class="hint">
            {sizeOf(diagnosis.base.flatMap((line) => line.expected ?? []).join('\n'))} as a verifier builds it.
            {differs && ' Lines with − are what was signed, lines with + what a verifier builds.'}
          </p>
          <BaseLines lines={diagnosis.base} label="String to sign" />
        </section>
      )}
      {signatures.map((signature, at) => (
        <Signature key={at} signature={signature} />
      ))}
      {request !== undefined && <RequestAsRead request={request} unread={diagnosis.unread} />}
    </>
  )
}

function Findings({ checked }: { checked: Checked }): JSX.Element | null {
  const { findings, tried } = checked.diagnosis
  if (findings.length === 0) return null
  return (
    <section>
      <h2>Findings</h2>
      {tried > 0 && <p class="hint">{tried.toLocaleString('en')} hypotheses tested with the key.</p>}
      <ol class="findings">
        {findings.map(({ id, certainty, cause, evidence, fix }) => (
          <li key={id + evidence} class={certainty}>
            <p class="cause">
              <span class="badge">{certainty}</span> {cause}
            </p>
            <p class="evidence">{evidence}</p>
            <p class="fix">
              <b>Fix:</b> {fix}
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Signature({ signature: { label, facts, covered, problem } }: { signature: SignatureFacts }): JSX.Element {
  return (
    <section>
      <h2>Signature{label === '' ? '' : ` "${label}"`}</h2>
      {problem === undefined ? (
        <>
          <ul class="chips" aria-label="Components that are covered">
            {covered.map((name) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
          </ul>
          <Facts rows={facts} caption="What the signature states" />
        </>
      ) : (
        <p class="problem">{problem}</p>
      )}
    </section>
  )
}

function RequestAsRead({ request, unread }: { request: ReadRequest; unread: ReadRequest['unread'] }): JSX.Element {
  const all = [...new Map(unread.map((one) => [`${one.part} ${one.problem}`, one])).values()]
  return (
    <section>
      <h2>Request as it was read</h2>
      <p class="wrap">
        <code>
          {request.method} {request.url}
        </code>
      </p>
      {all.length > 0 && (
        <ul class="unread">
          {all.map(({ part, problem }) => (
            <li key={part + problem}>
              {part}: {problem}
            </li>
          ))}
        </ul>
      )}
      <Facts rows={request.headers} caption="Header fields" />
      {request.body !== '' && (
        <>
          <h3>Body, {sizeOf(request.body)}</h3>
          <BaseLines lines={request.body.split('\n').map((line) => ({ kind: 'same', expected: line }))} label="Body" />
        </>
      )}
    </section>
  )
}

export function Facts({ rows, caption }: { rows: readonly Fact[]; caption: string }): JSX.Element | null {
  if (rows.length === 0) return null
  return (
    <table aria-label={caption}>
      <tbody>
        {rows.map(([name, value], at) => (
          <tr key={at}>
            <th scope="row">{name}</th>
            <td>
              <code>{value}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
