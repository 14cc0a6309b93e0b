// Server programs that tests and measurements start. Plain JavaScript: bench/ runs it without a compiler.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The first folder that has all the programs; `undefined` where none has. */
export function folderOf(programs, folders = []) {
  const all = [...folders, ...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  return all.find((folder) => programs.every((name) => existsSync(join(folder, name))))
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

const isRunning = ({ exitCode, signalCode }) => exitCode === null && signalCode === null

/** Starts a program and waits until it is ready; kills it where it takes longer than 20 s. */
export async function launch(program, args, { folder, options = {}, ready, restarts = false }) {
  const start = () => {
    const child = spawn(program, args, { stdio: 'ignore', cwd: folder, ...options })
    guard(child, folder)
    return child
  }
  let child = start()
  const until = performance.now() + 20_000
  while (performance.now() < until) {
    if (!isRunning(child)) {
      if (!restarts) throw new Error(`${program} ended with ${child.exitCode} before it was ready`)
      child = start()
    }
    if (await ready()) return child
    await sleep(10)
  }
  child.kill('SIGKILL')
  throw new Error(`${program} was not ready within 20 s, its exit code is ${child.exitCode}`)
}

/** The methods that every started server has. `start` makes a new process over the same folder. */
export async function controlled(start, folder) {
  let child = await start()
  return {
    kill: () => endAll(child),
    pause: () => signalAll(child, 'SIGSTOP'),
    resume: () => signalAll(child, 'SIGCONT'),
    restart: async () => {
      await endAll(child)
      child = await start()
    },
    stop: async () => {
      await endAll(child)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Sends a signal to a process and the processes it started. The parent first, so that it starts no new ones. */
function signalAll(child, signal) {
  if (!isRunning(child)) return
  for (const pid of [child.pid, ...childrenOf(child.pid)]) {
    try {
      process.kill(pid, signal)
    } catch {
      // Ended by itself in the meantime.
    }
  }
}

async function endAll(child) {
  if (!isRunning(child)) return
  const gone = once(child, 'exit')
  signalAll(child, 'SIGKILL')
  await gone
}

function childrenOf(pid) {
  if (!existsSync('/proc')) return []
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

/**
 * Ends the server when this process ends, however it ends: a runner kills its workers, and then no `exit` event comes. The
 * shell waits for its input to close, which the operating system does for dead processes too.
 */
function guard(child, folder) {
  const script = 'cat >/dev/null; kill -9 "$0"; sleep 1; rm -rf "$1"'
  const watchdog = spawn('/bin/sh', ['-c', script, `${child.pid}`, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.unref()
  // Its number may soon belong to another process.
  child.once('exit', () => watchdog.kill('SIGKILL'))
}
