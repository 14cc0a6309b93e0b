// From nothing to the first signature: a process that is started, or a script that a page loads.

import { spawn } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { inBrowser } from '../../test/runtimes/hosts/browser.mjs'
import { quantile } from '../lib/rounds.mjs'

const SECRET = 'new Uint8Array(32).fill(7)'
const BASE = '\'"@method": GET\\n"@authority": api.example.com\\n"@path": /v1/orders\''
const DONE = 'globalThis.done(String(signature))'

const OURS = `import { hmacKey, rfc9421, signRequestSync } from 'countersign'
import { httpRequest } from 'countersign/message'
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: ${SECRET} })
const request = httpRequest({ method: 'GET', url: 'https://api.example.com/v1/orders' })
const signature = signRequestSync(request, rfc9421({ key })).fields\n${DONE}`

/** Small programs that sign once. `page`: without what only Node, Deno and Bun have. */
const PROGRAMS = {
  'nothing at all': { page: true, text: `const signature = ${BASE}\n${DONE}` },
  'node:crypto': {
    text: `import { createHmac } from 'node:crypto'
const signature = createHmac('sha256', ${SECRET}).update(${BASE}).digest('base64')\n${DONE}`,
  },
  WebCrypto: {
    page: true,
    text: `const key = await crypto.subtle.importKey('raw', ${SECRET}, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(${BASE}))\n${DONE}`,
  },
  noble: {
    page: true,
    text: `import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
const signature = hmac(sha256, ${SECRET}, new TextEncoder().encode(${BASE}))\n${DONE}`,
  },
  jose: {
    page: true,
    text: `import { FlattenedSign } from 'jose'
const signature = await new FlattenedSign(new TextEncoder().encode(${BASE})).setProtectedHeader({ alg: 'HS256' }).sign(${SECRET})\n${DONE}`,
  },
  countersign: { page: true, text: OURS },
  // One file in place of many, as people deploy functions.
  'countersign, bundled': { bundled: true, text: OURS },
  'countersign, an order at Binance': {
    page: true,
    text: `import { binance } from 'countersign/exchange/binance'
const signature = (await binance({ apiKey: 'key', secret: 'secret' }).sign({ method: 'POST', path: '/api/v3/order', params: { symbol: 'BTCUSDT' } })).url\n${DONE}`,
  },
}

const fileOf = (name) => `cold-${name.replace(/\W+/g, '-')}.mjs`

/** Writes the programs beside the installed package. */
export async function writePrograms(folder, modules) {
  const link = join(folder, 'node_modules/jose')
  if (!existsSync(link)) symlinkSync(join(modules, 'jose'), link, 'dir')
  for (const [name, { text, bundled }] of Object.entries(PROGRAMS)) {
    const file = join(folder, fileOf(name))
    writeFileSync(file, text.replace('globalThis.done', 'console.log'))
    if (bundled)
      await build({
        entryPoints: [file],
        outfile: file,
        allowOverwrite: true,
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'node',
        logLevel: 'error',
      })
  }
}

/** Milliseconds from the start of the process to its first line. */
const firstLine = (program, args, cwd) =>
  new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
    let took
    child.stdout.once('data', () => {
      took = performance.now() - start
    })
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 && took !== undefined ? resolve(took) : reject(new Error(`${args.at(-1)} ended with ${code}`)),
    )
  })

// What a machine with other work adds is never less than nothing.
const typical = (values) => quantile(values, 0.2)
const summary = (samples) =>
  Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, typical(values)]))

/** Each program in its turn, as often as there are rounds. @returns milliseconds by the name of the program */
export async function coldProcesses({ program, args, folder, rounds }) {
  const samples = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of Object.keys(PROGRAMS)) samples[name].push(await firstLine(program, args(fileOf(name)), folder))
  return summary(samples)
}

/** Each program as one script, loaded under a name of its own each time. @returns milliseconds by the name of the program */
export async function coldPage({ program, folder, rounds }) {
  const files = new Map()
  const names = Object.keys(PROGRAMS).filter((name) => PROGRAMS[name].page)
  for (const [at, name] of names.entries()) {
    const { outputFiles } = await build({
      entryPoints: [join(folder, fileOf(name))],
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      logLevel: 'error',
    })
    const text = outputFiles[0].text.replace(/console\.log\(/g, 'globalThis.done(')
    // Another text each time: what was compiled before is not compiled again.
    for (let round = 0; round < rounds; round++)
      files.set(`/${at}-${round}.js`, ['text/javascript', `/* ${round} */ ${text}`])
  }
  const text = `globalThis.conformance = async () => {
    const samples = ${JSON.stringify(names)}.map(() => [])
    for (let round = 0; round < ${rounds}; round++)
      for (let at = 0; at < samples.length; at++) {
        const start = performance.now()
        const signed = new Promise((resolve) => { globalThis.done = () => resolve(performance.now()) })
        await import('/' + at + '-' + round + '.js')
        samples[at].push(await signed - start)
      }
    return samples
  }`
  const samples = JSON.parse(await inBrowser({ kind: 'chromium', program, text, files }))
  return summary(Object.fromEntries(names.map((name, at) => [name, samples[at]])))
}
