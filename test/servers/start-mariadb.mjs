import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { controlled, folderOf, launch } from './process.mjs'

const PROGRAMS = ['mariadbd', 'mariadb-install-db']
// Debian has the server itself in a folder of administrators.
const places = PROGRAMS.map((name) => folderOf([name], ['/usr/sbin', '/usr/local/sbin']))

export const hasMariadb = !places.includes(undefined)

/** A MariaDB on a socket in a separate folder, as its maker ships it: what it acknowledged is on the disk. */
export async function startMariadb() {
  if (!hasMariadb) throw new Error(`there is no ${PROGRAMS.join(' and ')} on this machine`)
  const [server, install] = PROGRAMS.map((name, at) => join(places[at], name))
  const folder = await mkdtemp(join(tmpdir(), 'countersign-mariadb-'))
  const socketPath = join(folder, 'socket')
  const common = ['--no-defaults', `--datadir=${folder}/data`, `--user=${userInfo().username}`]
  const [code] = await once(
    spawn(install, [...common, '--auth-root-authentication-method=normal'], { stdio: 'ignore', cwd: folder }),
    'exit',
  )
  if (code !== 0) throw new Error(`${install} ended with ${code}`)
  const args = [...common, `--socket=${socketPath}`, '--skip-networking']
  // Killed, it leaves a lock behind that its last process still holds: until that is gone, no other one starts.
  const start = () => launch(server, args, { folder, ready: () => answers(socketPath), restarts: true })
  return { address: { socketPath, user: 'root', database: 'mysql' }, ...(await controlled(start, folder)) }
}

/** Whether it greets: it speaks first, and only when it takes questions. @param {string} socketPath */
const answers = (socketPath) =>
  new Promise((resolve) => {
    const socket = connect(socketPath)
    const finish = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(500, () => finish(false))
    socket.once('error', () => finish(false))
    socket.once('data', () => finish(true))
  })
