import { expect, test } from 'vitest'
import { isStreamed, Judgement } from '../../../src/server/judgement.js'
import type { Attempt } from '../../../src/server/refusal.js'
import { streamedBody } from '../../../src/server/steps/streamed-body.js'

const attempt = (body: unknown, streamBody?: typeof streamedBody): Attempt =>
  ({ request: { body }, context: { streamBody } }) as unknown as Attempt

test('a body is handed out while it arrives where it is a stream and the caller takes one', () => {
  expect(isStreamed(attempt(new ReadableStream(), streamedBody))).toBe(true)
  expect(isStreamed(attempt(new ReadableStream()))).toBe(false)
  for (const body of [null, new Uint8Array(1)])
    for (const streamBody of [undefined, streamedBody]) expect(isStreamed(attempt(body, streamBody))).toBe(false)
})

test('a judgement begins with its request, and has waited for nothing', () => {
  const [parts, one, watch] = [{} as never, attempt(null), {} as never]
  expect(new Judgement(parts, one, watch)).toMatchObject({ parts, attempt: one, watch, hasWaited: false })
})
