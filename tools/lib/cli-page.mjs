import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './package-map.mjs'

/**
 * @typedef {{ start: number, end: number, lines: string[] }} Block a recording: where it stands in the page, and its lines
 * @typedef {{ command: string, output: string[] }} Step
 */

const OPEN = '```console'
/** The ports that the page names; they may be taken, so a recording uses free ones. */
const PORTS = ['8787', '8788', '8789', '8790', '8791']

/**
 * The recordings of a page, by the numbers of their lines.
 * @param {string} page
 * @returns {Block[]}
 */
export function blocksOf(page) {
  const lines = page.split('\n')
  return lines.flatMap((line, start) => {
    if (line !== OPEN) return []
    const end = lines.indexOf('```', start)
    return [{ start: start + 1, end, lines: lines.slice(start + 1, end) }]
  })
}

/**
 * Commands (`$ …`, continued with `> …`) and what they printed.
 * @param {readonly string[]} lines
 * @returns {Step[]}
 */
export function stepsOf(lines) {
  /** @type {Step[]} */
  const steps = []
  for (const line of lines) {
    const last = steps.at(-1)
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] })
    else if (last === undefined) throw new Error(`a recording must begin with "$ ", got ${line}`)
    else if (line.startsWith('> ') && last.output.length === 0) last.command += `\n${line.slice(2)}`
    else last.output.push(line)
  }
  return steps
}

/** A recording without what is different each time: keys, signatures, times, ids, sizes that depend on them. */
export const withoutChance = (/** @type {string} */ text) =>
  text
    .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT/g, '<time>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/[A-Za-z0-9+/_-]{20,}={0,2}/g, '<text>')
    .replace(/[+-]?\d+(?:\.\d+)? ?(?:ms|s|bytes)\b/g, '<amount>')
    .replace(/this machine is <amount> (?:late|ahead)|agrees$/gm, '<offset>')
    .replace(/\d{9,}/g, '<number>')
    .replace(/v\d+\.\d+\.\d+/g, '<version>')

/** @returns {Promise<string>} */
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(String(port)))
    })
  })

/**
 * @param {string} text
 * @param {readonly string[]} from
 * @param {readonly string[]} to
 */
const exchanged = (text, from, to) => from.reduce((rest, one, at) => rest.replaceAll(one, to[at] ?? one), text)

/** A folder to run the commands of a page in, with `countersign` on the path. */
class Session {
  /** @param {string} cli @param {readonly string[]} ports as many as the page names */
  constructor(cli, ports) {
    this.folder = mkdtempSync(join(tmpdir(), 'countersign-page-'))
    this.ports = ports
    const bin = join(this.folder, '.bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'countersign'), `#!/bin/sh\nexec ${process.execPath} ${cli} "$@"\n`, { mode: 0o755 })
    this.env = {
      PATH: `${bin}:${process.env['PATH']}`,
      HOME: this.folder,
      USER: 'alice',
      LOGNAME: 'alice',
      PORT: ports[0],
      LC_ALL: 'C.UTF-8',
      // As the page says.
      COUNTERSIGN_STORE: 'file:keys',
      COUNTERSIGN_PREFIX: 'acme',
      COUNTERSIGN_KEK: 'file:kek.secret',
      OKX_KEY: 'the-api-key',
      OKX_SECRET: 'the-secret',
      OKX_PASSPHRASE: 'the-passphrase',
    }
    /** @type {import('node:child_process').ChildProcess[]} */
    this.background = []
  }

  /**
   * What a command prints. One that ends in `&` goes on; its first line is awaited.
   * @param {string} command
   * @returns {Promise<string>}
   */
  async run(command) {
    const own = exchanged(command, PORTS, this.ports).replaceAll(
      'node_modules/countersign/demo/server.mjs',
      `${ROOT}demo/server.mjs`,
    )
    const stays = own.endsWith('&')
    const child = spawn('bash', ['-c', stays ? `exec ${own.slice(0, -1)}` : own], {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    const heard = new Promise((resolve, reject) => {
      const hear = (/** @type {Buffer} */ chunk) => {
        text += chunk
        if (stays && text.includes('\n')) resolve(undefined)
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('error', reject).on('close', resolve)
    })
    if (stays) this.background.push(child)
    await heard
    return exchanged(text, this.ports, PORTS).replaceAll(this.folder, '.').replace(/\n$/, '')
  }

  close() {
    for (const child of this.background) child.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/**
 * The page with its recordings made anew, in one folder, one after the other.
 * @param {string} page
 * @param {string} cli the bundle
 */
export async function recorded(page, cli) {
  const session = new Session(cli, await Promise.all(PORTS.map(freePort)))
  const lines = page.split('\n')
  try {
    /** @type {string[][]} */
    const made = []
    for (const block of blocksOf(page)) {
      /** @type {string[]} */
      const out = []
      for (const { command } of stepsOf(block.lines)) {
        const text = await session.run(command)
        out.push(
          `$ ${command.replaceAll('\n', '\n> ')}`,
          ...(text === '' ? [] : text.split('\n').map((line) => line.trimEnd())),
        )
      }
      made.push(out)
    }
    for (const [at, { start, end }] of [...blocksOf(page).entries()].reverse())
      lines.splice(start, end - start, ...(made[at] ?? []))
    return lines.join('\n')
  } finally {
    session.close()
  }
}
