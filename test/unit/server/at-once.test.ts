import { expect, test } from 'vitest'
import { httpRequest } from '../../../src/message/message.js'
import { verdictOf, verifyOf } from '../../../src/server/at-once.js'
import type { Verifier } from '../../../src/server/options.js'
import type { Verdict } from '../../../src/server/verdict.js'

const request = httpRequest({ url: 'https://api.example.com/' })
const verdict = { ok: true } as Verdict
const of = (verify: unknown): Verifier => ({ verify }) as unknown as Verifier

test('a verdict that needs nothing to be waited for is there at once, with what was passed', () => {
  const asked: unknown[] = []
  const verify = verifyOf((...args) => {
    asked.push(args)
    return verdict
  })
  const context = { scope: 'orders:read' }
  expect(verdictOf(of(verify), request, context)).toBe(verdict)
  expect(verdictOf(of(verify), request, context, true)).toBe(verdict)
  expect(asked).toEqual([
    [request, context, undefined],
    [request, context, true],
  ])
})

test('a verdict is a promise for a program that calls verify, without a context as with one', async () => {
  const asked: unknown[] = []
  const verify = verifyOf((...args) => {
    asked.push(args)
    return verdict
  })
  const answer = verify(request)
  expect(answer).toBeInstanceOf(Promise)
  expect(await answer).toBe(verdict)
  const context = { scope: 'orders:read' }
  await verify(request, context)
  expect(asked).toEqual([
    [request, {}],
    [request, context],
  ])
})

test('another verify is asked as it stands, and its answer is a promise', async () => {
  const judged = verifyOf(() => verdict)
  const asked: unknown[] = []
  const other = of((...args: Parameters<Verifier['verify']>) => {
    asked.push(args)
    return verdict
  })
  const context = {}
  for (const one of [other, of((...args: Parameters<Verifier['verify']>) => judged(...args))]) {
    const answer = verdictOf(one, request, context)
    expect(answer).toBeInstanceOf(Promise)
    expect(await answer).toBe(verdict)
  }
  expect(asked).toEqual([[request, context]])
})
