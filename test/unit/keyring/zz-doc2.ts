import { postgresMigrations } from 'countersign/keyring/postgres'

console.log(postgresMigrations('acme_keys').join('\n'))

export {}
