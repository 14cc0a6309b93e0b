import { ignoreErrors } from '../support/ignore-errors.js'
import { type Answering, type Incoming, type ListenerSettings, statusOf } from './listener.js'
import { begin, type Logged, type ProxyLog } from './log.js'

/** Answers one request, and notes what it came to. */
export type Serve = (request: Incoming, response: Answering, logged: Logged) => Promise<void>

/** What a listener calls: each request is answered and logged once, and so is what the parser has refused. */
export function handlerOf(
  serve: Serve,
  log: ProxyLog | undefined,
  onError: (error: unknown) => void,
  begun: () => void = () => {},
): Pick<ListenerSettings, 'handle' | 'malformed'> {
  return {
    handle: (request, response) => {
      begun()
      const logged = begin(log, request.method ?? '', request.url ?? '')
      // A body that breaks off ends the answer before the verdict on it is there: the line holds both.
      let open = 2
      const ended = (): void => {
        if (--open === 0) logged.end(statusOf(response))
      }
      response.once('close', ended)
      serve(request, response, logged).then(ended, (error: unknown) => {
        ignoreErrors(() => onError(error))
        ended()
      })
    },
    malformed: (status, reason) => {
      begun()
      const logged = begin(log, '', '')
      logged.facts.code = 'MESSAGE_MALFORMED'
      logged.facts.detail = `the bytes are no request that has one reading: ${reason}`
      logged.end(status)
    },
  }
}
