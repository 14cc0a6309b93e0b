import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { mark, shareInput, watch } from '../../fuzz/watch.mjs'

test('an input that a parser never comes back from is named from outside, and its thread can be stopped', async () => {
  const shared = shareInput()
  const code = `
    const { workerData } = require('node:worker_threads')
    import(workerData.watch).then(({ mark }) => {
      mark(workerData.shared, Buffer.from('read'))()
      mark(workerData.shared, Buffer.from('for ever'))
      for (;;) {}
    })`
  const at = new URL('../../fuzz/watch.mjs', import.meta.url).href
  const worker = new Worker(code, { eval: true, workerData: { shared, watch: at } })
  const input = await new Promise<Buffer>((resolve) => watch(shared, 50, resolve))
  await worker.terminate()
  expect(input.toString()).toBe('for ever')
})

test('an input that was read is not waited for, however long nothing follows it', async () => {
  const shared = shareInput()
  mark(shared, Buffer.from('first'))()
  const stuck: string[] = []
  const unwatch = watch(shared, 1, (input) => stuck.push(input.toString()))
  await new Promise((resolve) => setTimeout(resolve, 350))
  unwatch()
  expect(stuck).toEqual([])
})
