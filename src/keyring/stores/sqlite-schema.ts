import { randomNonce } from '../../crypto/random.js'
import { CountersignError } from '../../errors.js'
import { type SqliteDatabase, transaction } from './sqlite-database.js'

/**
 * How the tables come about, one step a version. A step that has been released is never changed. Text compares by its bytes
 * (BINARY, the default), so that ids are in the order the interface asks for.
 */
const STEPS: readonly string[] = [
  `CREATE TABLE countersign_keys (
    id TEXT PRIMARY KEY,
    rev INTEGER NOT NULL,
    environment TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    secret_hash TEXT,
    seq INTEGER NOT NULL UNIQUE,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX countersign_keys_owner ON countersign_keys (owner, id);
  CREATE INDEX countersign_keys_secret_hash ON countersign_keys (secret_hash) WHERE secret_hash IS NOT NULL;
  CREATE TABLE countersign_key_usage (
    id TEXT PRIMARY KEY REFERENCES countersign_keys (id),
    usage TEXT NOT NULL
  ) STRICT;`,
]

/**
 * Brings the tables up to date. Names begin with `countersign_`, and the version is in a table: `user_version` belongs to the
 * application whose database this may be.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for tables of a later version of this library.
 */
export function migrate(database: SqliteDatabase): void {
  if (versionOf(database) === STEPS.length) return
  transaction(database, () => {
    database.exec('CREATE TABLE IF NOT EXISTS countersign_key_meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT')
    const from = versionOf(database)
    if (from > STEPS.length)
      throw new CountersignError('CONFIG_INVALID', `the tables expected version ${STEPS.length} at most, have ${from}`)
    for (const step of STEPS.slice(from)) database.exec(step)
    const set = database.prepare('INSERT INTO countersign_key_meta VALUES (?, ?) ON CONFLICT DO NOTHING')
    set.run('epoch', randomNonce())
    set.run('seq', 0)
    database
      .prepare('INSERT INTO countersign_key_meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run('version', STEPS.length)
  })
}

function versionOf(database: SqliteDatabase): number {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'countersign_key_meta'")
  if (table.get() === undefined) return 0
  const row = database.prepare("SELECT value FROM countersign_key_meta WHERE name = 'version'").get()
  if (row === undefined) return 0
  const { value } = row as { value: unknown }
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number
  throw new CountersignError('STORE_CORRUPTED', 'countersign_key_meta holds an unknown version; it is left as it is')
}
