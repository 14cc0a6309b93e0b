/**
 * Runs a part of the page that lies in it as text: the engine, and the curves inside that. A script that is put into the page
 * runs at once, and the page's policy allows these texts by their hash: nothing is fetched, and no `eval` or `blob:` is needed.
 */
export function loadPart(name: string): void {
  const part = document.getElementById(`part-${name}`)
  const script = document.createElement('script')
  script.textContent = part?.textContent ?? ''
  document.head.append(script)
}
