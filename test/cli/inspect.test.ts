import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Built, build } from './built.js'

let built: Built
beforeAll(() => {
  built = build()
  execFileSync(process.execPath, ['tools/build-inspector.mjs', join(built.folder, 'bin/inspector/index.html')])
}, 60_000)
afterAll(() => built.remove())

test('inspect serves the page from this machine alone, prints where, and ends when it is told to', async () => {
  const child = spawn(process.execPath, [built.file, 'inspect', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise((resolve) => child.on('close', resolve))
  let text = ''
  const { url } = await new Promise<{ url: string }>((resolve) =>
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.endsWith('}\n')) resolve(JSON.parse(text))
    }),
  )
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  const answer = await fetch(url)
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-/)
  expect(await answer.text()).toMatch(/^<!doctype html>/)
  child.kill('SIGTERM')
  expect(await closed).toBe(0)
}, 30_000)

test('a port that is none is refused', async () => {
  expect(await built.run(['inspect', '--port', '65536'])).toMatchObject({ code: 2 })
  expect((await built.run(['inspect', '--port', 'http'])).stderr).toContain('--port must be a number')
})
