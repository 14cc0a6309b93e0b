import type { JSX } from 'preact'
import type { SealingState } from '../../contract.js'
import { usePage } from '../context.js'
import { Problem } from '../parts/problem.js'
import { useAsked } from '../parts/use-task.js'

/** Which key-encryption key seals how many keys: a rotation of it is over when the old one seals none. */
export function SealingTab(): JSX.Element {
  const { say, wire } = usePage()
  const { value, error, again } = useAsked<SealingState>(() => wire.get<SealingState>('sealing'), [])
  if (value === undefined)
    return error === undefined ? <div class="wait" aria-busy="true" /> : <Problem error={error} onRetry={again} />
  return (
    <>
      {value.environments.map((one) => (
        <section class="card" key={one.environment}>
          <h3>{say(one.environment)}</h3>
          <p class="soft">{say('sealingText', { total: one.total, publicKeys: one.publicKeys })}</p>
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{say('kek')}</th>
                  <th scope="col" class="number">
                    {say('keys')}
                  </th>
                  <th scope="col">{say('headState')}</th>
                </tr>
              </thead>
              <tbody>
                {one.keks.map((kek) => (
                  <tr key={kek.id}>
                    <td class="mono agent">{kek.id}</td>
                    <td class="number">{say.number(kek.keys)}</td>
                    <td>
                      {kek.id === one.primary && <span class="chip active">{say('kekPrimary')}</span>}
                      {kek.id !== one.primary && kek.isKnown && (
                        <span class="chip expiring">{say(kek.keys === 0 ? 'kekEmpty' : 'kekOld')}</span>
                      )}
                      {!kek.isKnown && <span class="chip revoked">{say('kekUnknown')}</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      ))}
    </>
  )
}
