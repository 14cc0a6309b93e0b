import type { Readable } from 'node:stream'
import { fieldValues } from '../../message/fields.js'
import type { UpstreamAnswer } from '../upstream.js'

/** How much of a refusal is looked at before it is passed on. */
const PEEK_BYTES = 4_096

/** The start of an answer's body, as the signed fetch asks for it. */
interface Start {
  readonly body: { getReader(): { read(): Promise<{ done: boolean; value: Uint8Array }>; cancel(): Promise<void> } }
}

/**
 * An answer as the signed fetch reads it: its status, a field, and the start of its body, without taking anything away from the
 * stream. A `Response` of the platform would cost a web stream for every answer, and lose how fields were written.
 */
export interface HeldAnswer {
  readonly answer: UpstreamAnswer
  readonly type: 'basic'
  readonly status: number
  readonly ok: boolean
  readonly headers: { get(name: string): string | null }
  /** Cancelled where the answer is not used. */
  readonly body: { cancel(): Promise<void> }
  clone(): Start
}

export const heldAnswer = (answer: UpstreamAnswer): HeldAnswer => {
  const { status, fields, body } = answer
  return {
    answer,
    type: 'basic',
    status,
    ok: status >= 200 && status < 300,
    headers: {
      get: (name) => {
        const values = fieldValues(fields, name.toLowerCase())
        return values.length === 0 ? null : values.join(', ')
      },
    },
    body: { cancel: async () => void body.destroy() },
    clone: () => ({
      body: {
        getReader: () => ({
          read: async () => ({ done: false, value: await startOf(body) }),
          cancel: async () => {},
        }),
      },
    }),
  }
}

/** The first bytes of a stream, which stay in it. */
async function startOf(body: Readable): Promise<Uint8Array> {
  if (body.readableLength === 0 && !body.readableEnded && !body.destroyed) await somethingOf(body)
  const length = body.readableLength
  // Exactly what is there: reading more from a stream that has ended makes it emit 'end'.
  const chunk = length === 0 ? null : (body.read(length) as Uint8Array | null)
  if (chunk === null) return new Uint8Array()
  body.unshift(chunk)
  return chunk.subarray(0, PEEK_BYTES)
}

const somethingOf = (body: Readable): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      body.off('readable', done).off('end', done).off('close', done)
      resolve()
    }
    body.on('readable', done).on('end', done).on('close', done)
  })
