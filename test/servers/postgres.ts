import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { describe } from 'vitest'

/** A PostgreSQL of the test's own, on the loopback, which is gone when it stops. */
export interface PostgresServer {
  readonly port: number
  /** For `new pg.Pool({ connectionString })`. Nobody is asked for a password. */
  readonly connectionString: string
  /** Ends it and removes what it wrote; safe to call twice and after `kill` or `pause`. */
  stop(): Promise<void>
  /** SIGKILL to the server and all its processes: connections break, nothing is said. */
  kill(): Promise<void>
  /** SIGSTOP to all of them: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Kills it if it still runs and starts it again with what it had written. */
  restart(): Promise<void>
}

export interface PostgresOptions {
  /** More settings: `['max_connections=300']`. */
  readonly settings?: readonly string[]
}

const BINARIES = findBinaries()

/** Whether this machine has PostgreSQL's server programs. */
export const hasPostgres: boolean = BINARIES !== undefined

if (!hasPostgres)
  console.warn(
    '\n*** No PostgreSQL server on this machine: its tests run on PGlite only, those with pg are SKIPPED ***\n',
  )

/** `describe` for what needs a real server. Where there is none, it is skipped under a name that says so. */
export function describePostgres(name: string, fn: () => void): void {
  if (hasPostgres) describe(name, fn)
  else describe.skip(`${name} [SKIPPED: no PostgreSQL server on this machine]`, fn)
}

/**
 * A PostgreSQL compiled to WebAssembly, in this process and in memory: always there, one connection. Making a cluster takes
 * seconds of the processor, and holds up everything else in the process; so an empty one is made once and kept as a file.
 */
export async function openPglite(): Promise<PGlite> {
  const modules = join(import.meta.dirname, '../../node_modules')
  const { version } = JSON.parse(readFileSync(join(modules, '@electric-sql/pglite/package.json'), 'utf8'))
  const kept = join(modules, `.cache/countersign/pglite-${version}.tar`)
  if (existsSync(kept)) {
    try {
      return await PGlite.create({ loadDataDir: new Blob([readFileSync(kept)]) })
    } catch (error) {
      console.warn(`*** openPglite: ${kept} does not load, so a new cluster is made: ${error} ***`)
    }
  }
  const made = await PGlite.create()
  try {
    const dump = await made.dumpDataDir('none')
    mkdirSync(dirname(kept), { recursive: true })
    const temporary = `${kept}.${randomUUID()}`
    writeFileSync(temporary, Buffer.from(await dump.arrayBuffer()))
    renameSync(temporary, kept)
  } catch (error) {
    console.warn(`*** openPglite: ${kept} cannot be kept: ${error} ***`)
  }
  return made
}

/** Makes a cluster in a temporary folder and starts it. `undefined`, with a warning, where the programs are missing. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer | undefined> {
  if (BINARIES === undefined) {
    console.warn('*** startPostgres: no PostgreSQL server on this machine ***')
    return undefined
  }
  const dir = await mkdtemp(join(tmpdir(), 'countersign-postgres-'))
  const user = otherUser()
  if (user !== undefined) chownSync(dir, user.uid, user.gid)
  const data = join(dir, 'data')
  const made = spawn(
    join(BINARIES, 'initdb'),
    ['-D', data, '-U', 'countersign', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { stdio: 'ignore', cwd: dir, ...user },
  )
  const [code] = await once(made, 'exit')
  if (code !== 0) throw new Error(`initdb ended with ${code}`)

  const port = await freePort()
  const connectionString = `postgresql://countersign@127.0.0.1:${port}/postgres`
  const settings = [`unix_socket_directories=${dir}`, 'fsync=off', 'shared_buffers=32MB', ...(options.settings ?? [])]
  const args = ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', ...settings.flatMap((one) => ['-c', one])]
  const start = (): Promise<ChildProcess> =>
    launch(join(BINARIES, 'postgres'), args, connectionString, { dir, ...(user && { user }) })
  let child = await start()

  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    // The parent first, so that it starts nobody new; its processes have groups of their own.
    for (const pid of [child.pid, ...childrenOf(child.pid)]) sendTo(pid, name)
  }
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    signal('SIGKILL')
    await gone
  }
  return {
    port,
    connectionString,
    kill: end,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    restart: async () => {
      await end()
      child = await start()
    },
    stop: async () => {
      await end()
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface Place {
  readonly dir: string
  readonly user?: { readonly uid: number; readonly gid: number }
}

/** Starts the program and waits until it answers a query. */
async function launch(
  binary: string,
  args: readonly string[],
  connectionString: string,
  { dir, user }: Place,
): Promise<ChildProcess> {
  const start = (): ChildProcess => {
    const started = spawn(binary, args, { stdio: 'ignore', cwd: dir, ...user })
    guard(started, dir)
    return started
  }
  let child = start()
  const until = Date.now() + 20_000
  while (Date.now() < until) {
    // Killed, it leaves memory behind that its last process still holds: until that is gone, no other one starts.
    if (child.exitCode !== null) child = start()
    if (await answers(connectionString)) return child
    await sleep(30)
  }
  child.kill('SIGKILL')
  throw new Error(`postgres was not ready within 20 s, its exit code is ${child.exitCode}`)
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** PostgreSQL refuses to run as root: its package's user does it then. */
function otherUser(): Place['user'] {
  if (process.getuid?.() !== 0) return undefined
  const number = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: number('-u'), gid: number('-g') }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      // "pid (name) state ppid …", and the name may hold spaces and parentheses.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(pid) ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Ended by itself in the meantime.
  }
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

/** The folder of `initdb` and `postgres`; Debian's packages keep them out of the PATH. The newest version wins. */
function findBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const dirs = [...versions.map((one) => join(debian, one, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter)]
  return dirs.find((dir) => ['initdb', 'postgres'].every((name) => existsSync(join(dir, name))))
}

/**
 * Ends the server when this process ends, however it ends: a runner kills its workers, and then no `exit` event comes. The
 * shell waits for its input to close, which the operating system does for the dead too. Without its parent every process of
 * the server ends by itself.
 */
function guard(child: ChildProcess, dir: string): void {
  const script = 'cat >/dev/null; kill -9 "$0"; sleep 1; rm -rf "$1"'
  const watchdog = spawn('/bin/sh', ['-c', script, `${child.pid}`, dir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.unref()
  // Its number may soon belong to somebody else.
  child.once('exit', () => watchdog.kill('SIGKILL'))
}
