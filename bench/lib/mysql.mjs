import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

// The driver is one of the tests of the stores.
const STORES = new URL('../../test/stores/package.json', import.meta.url)

export const hasMysqlDriver = existsSync(new URL('node_modules/mysql2', STORES))

/** @param {object} address of the server @param {number} connectionLimit */
export const mysqlPool = (address, connectionLimit) =>
  createRequire(STORES)('mysql2/promise').createPool({ ...address, connectionLimit })

/** `query` of a pool as the store takes it. @param {object} address @param {number} connectionLimit */
export function mysqlQuery(address, connectionLimit) {
  const pool = mysqlPool(address, connectionLimit)
  return async (text, values) => (await pool.query(text, values))[0]
}
