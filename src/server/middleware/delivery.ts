import type { Accepted } from '../verdict.js'
import type { Gate } from './gate.js'

type Reporter = Pick<Gate, 'report'>

/**
 * Forgets the delivery of a webhook whose handler failed, so that the sender's next attempt is no duplicate. What the store
 * throws is reported, and changes no answer.
 */
export async function releaseDelivery(gate: Reporter, verdict: Accepted | undefined): Promise<void> {
  try {
    await verdict?.delivery?.release()
  } catch (error) {
    gate.report(error)
  }
}

/** Ends a delivery by its answer: after every status but 2xx, also those of a body parser, a sender tries again. */
export async function settleDelivery(gate: Reporter, verdict: Accepted, status: number): Promise<void> {
  if (status < 200 || status > 299) return releaseDelivery(gate, verdict)
  try {
    await verdict.delivery?.settle()
  } catch (error) {
    gate.report(error)
  }
}

interface WatchedResponse {
  readonly statusCode: number
  readonly writableFinished: boolean
  once(name: 'finish' | 'close', listener: () => void): unknown
  end(...more: unknown[]): unknown
}

/** {@link settleDelivery} for an answer of Node, once it is sent. */
export function watchAnswer(gate: Reporter, verdict: Accepted, response: object): void {
  if (verdict.delivery === undefined) return
  const watched = response as WatchedResponse
  const settle = (): void => void settleDelivery(gate, verdict, watched.statusCode)
  watched.once('finish', settle)
  watched.once('close', () => {
    if (watched.writableFinished) return
    // The sender has hung up and its handler goes on: Node reports no end of such an answer.
    const { end } = watched
    watched.end = (...more) => {
      settle()
      return end.apply(watched, more)
    }
  })
}
