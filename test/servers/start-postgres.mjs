import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { controlled, folderOf, freePort, launch } from './process.mjs'

// Debian's packages keep the programs out of the PATH. The newest version wins.
const DEBIAN = '/usr/lib/postgresql'
const VERSIONS = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
const FOLDER = folderOf(
  ['initdb', 'postgres'],
  VERSIONS.map((version) => join(DEBIAN, version, 'bin')),
)

export const hasPostgres = FOLDER !== undefined

/**
 * A PostgreSQL on the loopback with a separate data directory, as its maker ships it: `fsync` and `synchronous_commit` on.
 * @param {readonly string[]} settings more of them: `['max_connections=300']`
 */
export async function startPostgres(settings = []) {
  if (FOLDER === undefined) throw new Error('there are no programs of PostgreSQL on this machine')
  const folder = await mkdtemp(join(tmpdir(), 'countersign-postgres-'))
  const user = otherUser()
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const init = ['-D', data, '-U', 'countersign', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  await run('initdb', init, folder, user)
  return serve(folder, data, user, settings)
}

/**
 * A standby of one that runs, to be promoted with `SELECT pg_promote()`.
 * @param {{ readonly port: number }} primary
 */
export async function startStandby(primary) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-standby-'))
  const user = otherUser()
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const from = ['-h', '127.0.0.1', '-p', `${primary.port}`, '-U', 'countersign', '-D', data, '-R', '-X', 'stream']
  await run('pg_basebackup', [...from, '--checkpoint=fast', '--no-sync'], folder, user)
  return serve(folder, data, user, [])
}

async function run(program, args, folder, user) {
  const [code] = await once(spawn(join(FOLDER, program), args, { stdio: 'ignore', cwd: folder, ...user }), 'exit')
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
}

async function serve(folder, data, user, settings) {
  const port = await freePort()
  const connectionString = `postgresql://countersign@127.0.0.1:${port}/postgres`
  const all = [`unix_socket_directories=${folder}`, 'shared_buffers=32MB', ...settings]
  const args = ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', ...all.flatMap((one) => ['-c', one])]
  const ready = () => answers(connectionString)
  // Killed, it leaves memory behind that its last process still holds: until that is gone, no other one starts.
  const how = { folder, options: user, ready, restarts: true }
  const start = () => launch(join(FOLDER, 'postgres'), args, how)
  return { port, connectionString, ...(await controlled(start, folder)) }
}

async function answers(connectionString) {
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
function otherUser() {
  if (process.getuid?.() !== 0) return undefined
  const number = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: number('-u'), gid: number('-g') }
}
