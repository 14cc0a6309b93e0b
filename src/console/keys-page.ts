/** The keys page for a service's site: `countersign/console`. Its server half is `countersign/console/portal`. */
import { assertOptions, fail, isCountersignError, type OptionNames } from '../errors.js'
import type { KeysOptions } from './keys-options.js'

export type { KeysLanguage, KeysOptions } from './keys-options.js'

/** A mounted page. */
export interface MountedKeys {
  /** Takes the page away, and everything it holds in memory with it. */
  unmount(): void
}

const text = (value: unknown): boolean => typeof value === 'string' && value !== ''
const KNOWN: OptionNames<KeysOptions> = {
  portal: [text, 'a path or URL'],
  language: [(value) => ['en', 'de', 'ja', 'zh'].includes(value as string), '"en", "de", "ja" or "zh"'],
  theme: [(value) => ['auto', 'light', 'dark'].includes(value as string), '"auto", "light" or "dark"'],
  texts: 1,
  useFragment: [(value) => typeof value === 'boolean', 'true or false'],
  onSignedOut: [(value) => typeof value === 'function', 'a function'],
}

/**
 * Shows the keys page inside an element. It lives in a shadow root, so that neither its style nor the site's touches the other;
 * its colours are CSS custom properties of the element. Works under `script-src 'self'; style-src 'self'`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options it does not know, and for an element that cannot hold a shadow root.
 * @example
 * ```ts
 * import { mountKeys } from 'countersign/console'
 *
 * const element = document.querySelector('#keys')
 * if (element !== null) await mountKeys(element, { portal: '/account/keys' })
 * ```
 */
export async function mountKeys(element: Element, options: KeysOptions = {}): Promise<MountedKeys> {
  assertOptions('mountKeys', options, KNOWN)
  const root = rootOf(element)
  const own = {}
  latest.set(root, own)
  const { mount } = await import('./page/keys.js')
  // Of two that load at once either may be ready first: React's strict mode mounts, takes away and mounts again.
  if (latest.get(root) !== own) return { unmount: () => {} }
  return { unmount: mount(root, options) }
}

/** Which call was the last for an element. */
const latest = /* @__PURE__ */ new WeakMap<ShadowRoot, object>()

function rootOf(element: Element): ShadowRoot {
  try {
    return element.shadowRoot ?? element.attachShadow({ mode: 'open' })
  } catch (error) {
    if (isCountersignError(error)) throw error
    return fail('CONFIG_INVALID', '"element" must be one that can hold a shadow root, such as a div')
  }
}

/**
 * Defines the element `<countersign-keys portal="/keys" language="de" theme="dark">`, once; it shows the page while it is in the
 * document.
 *
 * @example
 * ```ts
 * import { defineKeysElement } from 'countersign/console'
 *
 * defineKeysElement()
 * document.body.append(document.createElement('countersign-keys'))
 * ```
 */
export function defineKeysElement(name = 'countersign-keys'): void {
  if (typeof customElements === 'undefined')
    fail('CONFIG_INVALID', 'defineKeysElement: there are no custom elements here, call it in a page')
  if (customElements.get(name) !== undefined) return
  // Made here and not when the module is loaded: a server that renders pages has no HTMLElement.
  customElements.define(
    name,
    class extends HTMLElement {
      #mounted: Promise<MountedKeys> | undefined

      connectedCallback(): void {
        const options = Object.fromEntries(
          ['portal', 'language', 'theme'].flatMap((one) => {
            const value = this.getAttribute(one)
            return value === null ? [] : [[one, value]]
          }),
        ) as KeysOptions
        this.#mounted = mountKeys(this, options)
        this.#mounted.catch(reportError)
      }

      disconnectedCallback(): void {
        this.#mounted?.then((mounted) => mounted.unmount()).catch(() => {})
        this.#mounted = undefined
      }
    },
  )
}
