import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from 'vitest'
import { type RedisClientLike, redisCommands } from '../../src/server/replay/redis-commands.js'
import { MARK_TTL_MS } from '../../src/server/replay/redis-epoch.js'
import { runIdOf } from '../../src/server/replay/redis-server-facts.js'

/** A `redis-server` of the test's own, on the loopback, which forgets everything when it stops. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Ends it and waits for that; safe to call twice and after `kill` or `pause`. */
  stop(): Promise<void>
  /** SIGKILL: connections break, nothing is said. */
  kill(): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Kills it if it still runs and starts an empty one on the same port. */
  restart(): Promise<void>
}

export interface RedisOptions {
  /** More arguments of the server: `['--maxmemory', '1mb']`. */
  readonly config?: readonly string[]
}

const BINARY = await findBinary('redis-server')

/** Whether this machine has a `redis-server`. */
export const hasRedis: boolean = BINARY !== undefined

if (!hasRedis) console.warn('\n*** No redis-server on this machine: the tests against a real Redis are SKIPPED ***\n')

/** `describe` for what needs a real Redis. Where there is none, it is skipped under a name that says so. */
export function describeRedis(name: string, fn: () => void): void {
  if (hasRedis) describe(name, fn)
  else describe.skip(`${name} [SKIPPED: no redis-server on this machine]`, fn)
}

/** Starts a server without persistence on a free loopback port. `undefined`, with a warning, where the program is missing. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer | undefined> {
  if (BINARY === undefined) {
    console.warn('*** startRedis: no redis-server on this machine ***')
    return undefined
  }
  // Between asking for a free port and using it somebody else may take it.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(BINARY, await freePort(), options.config ?? [])
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

/**
 * Makes the mark of a replay store look as if it had been made so long ago, as in a service that has run for a while. To be
 * called when the store has claimed once.
 */
export async function ageMark(client: RedisClientLike, byMs: number, prefix = 'rp:'): Promise<void> {
  const commands = redisCommands(client)
  if (commands.info === undefined || commands.replace === undefined) return
  const key = `${prefix}epoch:${runIdOf(await commands.info('server'))}`
  const mark = await commands.set(key, 'none', 1)
  if (mark === null) throw new Error('the store has not made a mark yet')
  await commands.replace(key, mark, MARK_TTL_MS - byMs)
}

/** Lets the nonces of a replay store grow older by so much, without waiting for it. */
export async function ageNonces(client: RedisClientLike, byMs: number, prefix = 'rp:'): Promise<void> {
  const send = async (...args: string[]): Promise<unknown> => {
    const { call, sendCommand } = client as {
      call?: (...a: string[]) => unknown
      sendCommand?: (a: string[]) => unknown
    }
    return call === undefined ? sendCommand?.call(client, args) : call.apply(client, args)
  }
  for (const key of (await send('KEYS', `${prefix}*`)) as string[]) {
    if (key.includes('epoch')) continue
    const left = Number(await send('PTTL', key))
    await send('PEXPIRE', key, String(left - byMs))
  }
}

async function startOn(binary: string, port: number, config: readonly string[]): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-redis-'))
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no', ...config]
  let child = await launch(binary, args, port, dir)

  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    // A stopped process takes SIGKILL all the same, and there is nothing to save.
    child.kill('SIGKILL')
    await gone
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill: end,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    restart: async () => {
      await end()
      child = await launch(binary, args, port, dir)
    },
    stop: async () => {
      await end()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Starts the program and waits until it answers a PING. */
async function launch(binary: string, args: readonly string[], port: number, dir: string): Promise<ChildProcess> {
  const child = spawn(binary, args, { stdio: 'ignore' })
  guard(child, dir)
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode} before it was ready`)
    if (await answersPing(port)) return child
    await sleep(10)
  }
  child.kill('SIGKILL')
  throw new Error('redis-server was not ready within 10 s')
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const finish = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(500, () => finish(false))
    socket.once('error', () => finish(false))
    socket.once('connect', () => socket.write('PING\r\n'))
    // -NOAUTH is an answer too.
    socket.once('data', (data) => finish(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1'))))
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function findBinary(name: string): Promise<string | undefined> {
  for (const dir of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']) {
    const path = join(dir, name)
    try {
      await access(path, constants.X_OK)
      return path
    } catch {
      // The next folder may have it.
    }
  }
  return undefined
}

/**
 * Ends the server when this process ends, however it ends: a runner kills its workers, and then no `exit` event comes.
 * The shell waits for its input to close, which the operating system does for the dead too.
 */
function guard(child: ChildProcess, dir: string): void {
  const script = 'cat >/dev/null; kill -9 "$0"; rm -rf "$1"'
  const watchdog = spawn('/bin/sh', ['-c', script, `${child.pid}`, dir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.unref()
  // Its number may soon belong to somebody else.
  child.once('exit', () => watchdog.kill('SIGKILL'))
}
