import { TabContainerElement } from '@github/tab-container-element/tab-container'
import { type ComponentChildren, createElement, type JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

/** A name of this page's own: the site around it may have the element, too. */
const NAME = 'countersign-tabs'

/** Tabs, of which the chosen one is shown; GitHub's element has the keys and the roles. What a tab holds is made by `panel`. */
export function Tabs({
  labelledBy,
  tabs,
  chosen,
  onChosen,
  panel,
}: {
  readonly labelledBy: string
  readonly tabs: ReadonlyArray<readonly [id: string, text: string]>
  readonly chosen: string
  readonly onChosen: (id: string) => void
  readonly panel: (id: string) => ComponentChildren
}): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  const name = useId()
  if (customElements.get(NAME) === undefined) TabContainerElement.define(NAME)
  useEffect(() => {
    const changed = (event: Event): void => {
      const { id } = (event.target as TabContainerElement).activeTab
      onChosen(id.slice(name.length + 1))
    }
    element.current?.addEventListener('tab-container-changed', changed)
    return () => element.current?.removeEventListener('tab-container-changed', changed)
  }, [name, onChosen])
  // It takes the place of the selection when it is made; from then on the selection is the element's.
  const first = useRef(tabs.findIndex(([id]) => id === chosen))
  return createElement(
    NAME as 'div',
    { ref: element, 'default-tab': Math.max(0, first.current) } as JSX.HTMLAttributes<HTMLDivElement>,
    <div role="tablist" class="tabs" aria-labelledby={labelledBy}>
      {tabs.map(([id, text]) => (
        <button type="button" role="tab" key={id} id={`${name}-${id}`}>
          {text}
        </button>
      ))}
    </div>,
    ...tabs.map(([id]) => (
      <div role="tabpanel" key={id} aria-labelledby={`${name}-${id}`} class="code" data-tab-container-no-tabstop="">
        {panel(id)}
      </div>
    )),
  )
}
