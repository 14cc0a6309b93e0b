// What servers of other makers, started for a measurement, have in common.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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

export const isRunning = ({ exitCode, signalCode }) => exitCode === null && signalCode === null

/** Starts a program and waits until it is ready; kills it where it takes longer than 20 s. */
export async function launch(program, args, { folder, options = {}, ready }) {
  const child = spawn(program, args, { stdio: 'ignore', cwd: folder, ...options })
  guard(child, folder)
  const until = performance.now() + 20_000
  while (performance.now() < until) {
    if (!isRunning(child)) throw new Error(`${program} ended with ${child.exitCode} before it was ready`)
    if (await ready()) return child
    await sleep(20)
  }
  child.kill('SIGKILL')
  throw new Error(`${program} was not ready within 20 s`)
}

/** Sends a signal to a process and the processes it started. The parent first, so that it starts nobody new. */
export function signalAll(child, signal) {
  if (!isRunning(child)) return
  for (const pid of [child.pid, ...childrenOf(child.pid)]) {
    try {
      process.kill(pid, signal)
    } catch {
      // Ended by itself in the meantime.
    }
  }
}

export async function endAll(child) {
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

/** Ends the server when this process ends, however it ends: the shell waits for its input to close. */
function guard(child, folder) {
  const script = 'cat >/dev/null; kill -9 "$0"; sleep 1; rm -rf "$1"'
  const watchdog = spawn('/bin/sh', ['-c', script, `${child.pid}`, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.unref()
  // Its number may soon belong to somebody else.
  child.once('exit', () => watchdog.kill('SIGKILL'))
}
