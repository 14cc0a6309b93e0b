import { postgresKeyStore } from 'countersign/keyring/postgres'

declare const pool: { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> } // new pg.Pool()

const store = postgresKeyStore({ query: (text, values) => pool.query(text, values) })
await store.migrate()

export {}
