/** A part of the page that lies in it as text: the engine, the curves. */
export const partText = (name: string): string => document.getElementById(`part-${name}`)?.textContent ?? ''

/**
 * Runs such a part. A script that is put into the page runs at once, and the page's policy allows these texts by their hash:
 * nothing is fetched, and no `eval` is needed. A worker has no page: it asks for another one, with that part in it.
 */
export function loadPart(name: string): void {
  if (!('document' in globalThis)) {
    ;(globalThis as unknown as { postMessage(said: object): void }).postMessage({ needs: name })
    throw new Error(`the part ${name} is not here yet`)
  }
  const script = document.createElement('script')
  script.textContent = partText(name)
  document.head.append(script)
}
