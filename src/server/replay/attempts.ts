import { CountersignError, isCountersignError } from '../../errors.js'
import { deadline, sleep } from '../../support/deadline.js'

/** How a networked store is asked. */
export interface AttemptOptions {
  readonly deadlineMs: number
  /** Questions without an answer, at most. Clients queue them while the server is away, and that queue must have an end. */
  readonly maxPending: number
  /**
   * Why the server refused, in a word that is safe to show; `undefined` where it may not have been asked, or its answer was
   * lost: only then is it asked again.
   */
  readonly refusalOf: (error: unknown) => string | undefined
}

/** Asks `question` until it is answered, the server refuses, or the time is over. Rejects with `STORE_UNAVAILABLE` only. */
export type Attempts = <T>(question: () => Promise<T>) => Promise<T>

const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 40

const unavailable = (why: string): CountersignError => new CountersignError('STORE_UNAVAILABLE', `replay store: ${why}`)

/** Repeats a question whose answer was lost. The question must be safe to repeat: claims are, by their owner token. */
export function createAttempts({ deadlineMs, maxPending, refusalOf }: AttemptOptions): Attempts {
  let pending = 0
  // While the server is away, waiting out the deadline in every request is no use: then one attempt each must do.
  let away = false

  const once = async <T>(question: () => Promise<T>): Promise<T> => {
    if (pending >= maxPending) throw unavailable(`more than ${maxPending} questions are waiting`)
    pending++
    try {
      const answer = await question()
      away = false
      return answer
    } finally {
      pending--
    }
  }

  return <T>(question: () => Promise<T>): Promise<T> => {
    let over = false
    const chain = async (): Promise<T> => {
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        try {
          return await once(question)
        } catch (error) {
          const final = finalOf(error, refusalOf)
          if (final !== undefined) {
            away = false
            throw final
          }
          if (over || away) throw unavailable('the server cannot be reached')
        }
        await sleep(pauseMs)
        if (over) throw unavailable('the deadline has passed')
      }
    }
    return deadline(chain(), deadlineMs, () => {
      over = true
      away = true
      return unavailable(`no answer within ${deadlineMs} ms`)
    })
  }
}

/** The error of a failure that is an answer. A driver's text may hold addresses and passwords: it is not even the cause. */
function finalOf(error: unknown, refusalOf: AttemptOptions['refusalOf']): CountersignError | undefined {
  if (isCountersignError(error)) return error.code === 'STORE_UNAVAILABLE' ? error : unavailable(error.message)
  const refusal = refusalOf(error)
  return refusal === undefined ? undefined : unavailable(`the server refused (${refusal})`)
}
