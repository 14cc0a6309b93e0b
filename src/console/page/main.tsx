import { render } from 'preact'
import type { KeysOptions } from '../keys-options.js'
import { App } from './app.js'

/** page.css, put here by tools/lib/bundle-console.mjs. */
declare const PAGE_STYLE: string

/** Shows the page in a shadow root; the answer takes it away. */
export function mount(root: ShadowRoot, options: KeysOptions): () => void {
  // A sheet that is made by script is no inline style: it needs no hole in the policy of the site.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(PAGE_STYLE)
  root.adoptedStyleSheets = [sheet]
  const place = document.createElement('div')
  place.className = `page ${options.theme ?? 'auto'}`
  root.replaceChildren(place)
  render(<App options={options} place={place} />, place)
  return () => {
    render(null, place)
    // What was mounted into the same element meanwhile stays.
    place.remove()
  }
}
