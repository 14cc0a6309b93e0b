/** The keys page as a component of React: `countersign/console/react`. */
import { type KeysOptions, mountKeys } from './keys-page.js'

/** What is used of React 18 or newer; `import * as React from 'react'` fits. */
export interface ReactLike<Node> {
  /** Makes an element. */
  createElement(type: 'div', props: { ref: { current: HTMLDivElement | null } }): Node
  /** A place that outlives a rendering. */
  useRef(initial: null): { current: HTMLDivElement | null }
  /** Runs something after a rendering, and what it returns before the next one. */
  useEffect(effect: () => () => void, dependencies: readonly unknown[]): void
}

/**
 * A component that shows the keys page. React is handed in, so that it is the site's own and no dependency of this package.
 *
 * @example
 * ```ts
 * import { type ReactLike, keysComponent } from 'countersign/console/react'
 *
 * declare const React: ReactLike<object>
 * const Keys = keysComponent(React)
 * const page = Keys({ portal: '/account/keys' })
 * ```
 */
export function keysComponent<Node>(react: ReactLike<Node>): (options: KeysOptions) => Node {
  return (options) => {
    const ref = react.useRef(null)
    const { portal, language, theme } = options
    // the other options are read when the page is mounted
    react.useEffect(() => {
      if (ref.current === null) return () => {}
      const mounted = mountKeys(ref.current, options)
      return () => {
        mounted.then((one) => one.unmount()).catch(() => {})
      }
    }, [portal, language, theme])
    return react.createElement('div', { ref })
  }
}
