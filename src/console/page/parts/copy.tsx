import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { usePage } from '../context.js'

/** Puts a text onto the clipboard, where the browser lets it; the text beside it can be selected in any case. */
export function Copy({ text, what }: { text: string; what: string }): JSX.Element {
  const { say, announce } = usePage()
  const [isDone, setDone] = useState(false)
  const copy = (): void => {
    const failed = (): void => announce(say('copyFailed'))
    if (navigator.clipboard === undefined) failed()
    else
      navigator.clipboard.writeText(text).then(() => {
        setDone(true)
        announce(say('copied'))
        setTimeout(() => setDone(false), 2_000)
      }, failed)
  }
  return (
    <button type="button" class="small" aria-label={say('copyWhat', { what })} onClick={copy}>
      {isDone ? say('copiedShort') : say('copy')}
    </button>
  )
}

/** Hands a text to the person as a file. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has to have begun before the address goes away.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
