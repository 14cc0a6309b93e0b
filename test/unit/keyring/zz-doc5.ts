import type { PostgresQuery } from 'countersign/keyring/postgres'
import { postgresBus, type PostgresConnection } from 'countersign/keyring/postgres-bus'

declare const query: PostgresQuery // (text, values) => pool.query(text, values)
declare const newClient: () => PostgresConnection & { connect(): Promise<unknown> } // () => new pg.Client(url)

const bus = postgresBus({
  query,
  connect: async () => {
    const client = newClient()
    await client.connect()
    return client
  },
})

export {}
