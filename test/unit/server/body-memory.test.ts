import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { readSource } from '../../../src/client/fetch/body.js'
import { cappedBytes, readBody } from '../../../src/support/body.js'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Memory in use, in MB. */
const used = (): number => {
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

const LENGTH = 300_000
// An array costs about two hundred times its one byte.
const CHUNKS_MB = 60

/** A body that comes byte by byte; before its end it notes what is in memory. */
function trickle(note: (mb: number) => void): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (sent++ < LENGTH) controller.enqueue(Uint8Array.of(sent & 0xff))
      else {
        note(used())
        controller.close()
      }
    },
  })
}

const HALF: object = { duplex: 'half' }

describe('a body in one-byte chunks costs its bytes, and not an array for each', () => {
  it.each<[string, (body: ReadableStream<Uint8Array>) => Promise<Uint8Array | null>]>([
    ['readBody', (body) => readBody(body as unknown as AsyncIterable<Uint8Array>, LENGTH)],
    [
      'the handler of leak reports',
      (body) => cappedBytes(new Request('https://a.example/', { method: 'POST', body, ...HALF }), LENGTH),
    ],
    ['a body to be signed', (body) => readSource(body, LENGTH, undefined)],
  ])('the memory stays small in %s', async (_, read) => {
    const before = used()
    let peak = 0
    const body = await read(
      trickle((mb) => {
        peak = mb
      }),
    )
    expect(body).toHaveLength(LENGTH)
    expect([body?.[0], body?.[LENGTH - 1]]).toEqual([1, LENGTH & 0xff])
    expect(peak - before).toBeLessThan(CHUNKS_MB / 4)
  })
})
