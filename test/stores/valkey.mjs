// Where a valkey-server is: on the path, or fetched as a package of Debian that is unpacked here and installed nowhere.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderOf } from '../servers/process.mjs'

const PROGRAM = 'valkey-server'
const TOOLS = fileURLToPath(new URL('./.tools/valkey', import.meta.url))
const UNPACKED = join(TOOLS, 'usr/bin')

/** The path of the program; `undefined` where it cannot be had. */
export function valkeyServer() {
  const folder = folderOf([PROGRAM], [UNPACKED])
  if (folder !== undefined) return join(folder, PROGRAM)
  try {
    fetchPackage()
    return existsSync(join(UNPACKED, PROGRAM)) ? join(UNPACKED, PROGRAM) : undefined
  } catch {
    rmSync(TOOLS, { recursive: true, force: true })
    return undefined
  }
}

/** Debian 12 has it among its backports, which this machine may not use: asked with lists of their own. */
function fetchPackage() {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  const files = ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources'].filter((file) => existsSync(file))
  const mirror = /^[^#]*?(https?:\/\/\S+\/debian)\s/m.exec(
    files.map((file) => readFileSync(file, 'utf8')).join('\n'),
  )?.[1]
  if (codename === undefined || mirror === undefined) return
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(TOOLS, folder), { recursive: true })
  const list = join(TOOLS, 'sources.list')
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const suites = [codename, `${codename}-backports`]
  writeFileSync(list, suites.map((suite) => `deb [signed-by=${keys}] ${mirror} ${suite} main\n`).join(''))
  const own = { SourceList: list, SourceParts: '/dev/null' }
  const options = [
    ...Object.entries(own).map(([name, value]) => `Dir::Etc::${name}=${value}`),
    `Dir::State::Lists=${join(TOOLS, 'lists')}`,
    `Dir::Cache=${join(TOOLS, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  const quiet = { cwd: TOOLS, stdio: 'ignore', timeout: 120_000 }
  execFileSync('apt-get', [...options, 'update'], quiet)
  execFileSync('apt-get', [...options, 'download', PROGRAM, 'valkey-tools'], quiet)
  for (const file of readdirSync(TOOLS).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', file, TOOLS], quiet)
  for (const folder of ['lists', 'cache']) rmSync(join(TOOLS, folder), { recursive: true, force: true })
}
