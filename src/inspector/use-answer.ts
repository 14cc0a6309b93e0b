import { useEffect, useState } from 'preact/hooks'

/** What the engine answers to a form; asked again when typing has paused. A late answer to an older form is dropped. */
export function useAnswer<F, A>(form: F, ask: (form: F) => Promise<A> | undefined, pauseMs: number): A | undefined {
  const [answer, setAnswer] = useState<A | undefined>(undefined)
  useEffect(() => {
    let current = true
    const timer = setTimeout(() => {
      const asked = ask(form)
      if (asked === undefined) setAnswer(undefined)
      else
        asked.then(
          (one) => current && setAnswer(one),
          (error: unknown) => {
            // A fault of the page itself: the console has it, the page shows no answer of another form.
            if (current) setAnswer(undefined)
            console.error(error)
          },
        )
    }, pauseMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [form, ask, pauseMs])
  return answer
}
