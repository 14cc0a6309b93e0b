import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { describe } from 'vitest'
import { hasPostgres, type PostgresServer, startPostgres as start } from './start-postgres.mjs'

export { hasPostgres, type PostgresServer } from './start-postgres.mjs'

export interface PostgresOptions {
  /** More settings: `['max_connections=300']`. */
  readonly settings?: readonly string[]
}

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
export async function startPostgres({ settings = [] }: PostgresOptions = {}): Promise<PostgresServer | undefined> {
  if (hasPostgres) return start(['fsync=off', ...settings])
  console.warn('*** startPostgres: no PostgreSQL server on this machine ***')
  return undefined
}
