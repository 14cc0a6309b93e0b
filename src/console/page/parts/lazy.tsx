import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { usePage } from '../context.js'

/** A component whose code is loaded when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => JSX.Element {
  let loaded: ComponentType<P> | undefined
  return (props) => {
    const { say } = usePage()
    const [Part, setPart] = useState<ComponentType<P> | undefined>(() => loaded)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      let current = true
      if (loaded === undefined)
        load().then(
          (made) => {
            loaded = made
            if (current) setPart(() => made)
          },
          () => current && setFailed(true),
        )
      return () => {
        current = false
      }
    }, [])
    if (failed)
      return (
        <p class="note bad" role="alert">
          {say('problemPart')}
        </p>
      )
    return Part === undefined ? <div class="wait" aria-busy="true" /> : <Part {...props} />
  }
}
