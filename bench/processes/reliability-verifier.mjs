// One of the verifier processes of bench/reliability.mjs: a node:http server with a keyring and a shared replay store.

import { createServer } from 'node:http'
import { answerParent } from '../lib/answer-parent.mjs'
import { openNode, openPool, queryOf, redisClient } from '../lib/keyring-node.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY } from '../lib/messages.mjs'
import { mysqlQuery } from '../lib/mysql.mjs'

const { createVerifier, isCountersignError, rfc9421Verifier, strictPolicy } = await library('countersign/server')
const { verifyRequest } = await library('countersign/server/node')

const PATH = /^\/v1\/orders\/(\d{1,9})\?/
const REPORT_EVERY_MS = 50

/** What must not happen, in words. */
const faults = []
/** Background errors of the keyring, counted by their code: while a store is away there are some. */
const background = {}
process.on('unhandledRejection', (error) => faults.push(`unhandled rejection: ${error}`))
process.on('uncaughtException', (error) => faults.push(`uncaught exception: ${error}`))

let seen = []
function report() {
  if (seen.length === 0) return
  process.send({ seen })
  seen = []
}

const REPLAY_STORES = {
  redis: async ({ redisUrl, client, maxAgeMs, maxFutureMs, clockSkewMs }) => {
    const { redisReplayStore } = await library('countersign/replay/redis')
    return redisReplayStore({ client: await redisClient(redisUrl, client), maxAgeMs, maxFutureMs, clockSkewMs })
  },
  postgres: async ({ connectionString, maxAgeMs, maxFutureMs, clockSkewMs }) => {
    const { postgresReplayStore } = await library('countersign/replay/postgres')
    const query = queryOf(openPool(connectionString, 8))
    const store = postgresReplayStore({ query, maxAgeMs, maxFutureMs, clockSkewMs })
    await store.migrate()
    return store
  },
  mysql: async ({ mariadb, maxAgeMs, maxFutureMs, clockSkewMs }) => {
    const { mysqlReplayStore } = await library('countersign/replay/mysql')
    const query = mysqlQuery(mariadb, 8)
    const store = mysqlReplayStore({ query, maxAgeMs, maxFutureMs, clockSkewMs })
    await store.migrate()
    await store.ready()
    return store
  },
}

let keyring

async function start(setup) {
  const node = await openNode(setup, (error) => {
    const code = isCountersignError(error) ? error.code : `untyped ${error?.name}`
    background[code] = (background[code] ?? 0) + 1
  })
  keyring = node.keyring
  const { maxAgeMs, maxFutureMs } = setup
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: keyring,
    policy: strictPolicy({ authorities: [AUTHORITY], maxAgeMs, maxFutureMs }),
    replay: await REPLAY_STORES[setup.replay](setup),
  })
  const verify = verifyRequest(verifier, {
    scope: 'orders:read',
    onError: (error) => faults.push(`the middleware: ${error}`),
  })
  const server = createServer(async (request, response) => {
    const arrivedMs = Date.now()
    const verdict = await verify(request, response)
    seen.push([Number(PATH.exec(request.url)?.[1] ?? -1), verdict.ok ? 'OK' : verdict.code, arrivedMs])
    if (verdict.ok) response.end('ok')
  })
  server.keepAliveTimeout = 0
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  setInterval(report, REPORT_EVERY_MS).unref()
  return server.address().port
}

const shown = ({ key, secret }) => ({ id: key.id, rev: key.rev, secret: secret.revealText() })
const revOf = ({ rev, status }) => ({ rev, status })

answerParent({
  start,
  issue: async (options) => shown(await keyring.issue(options)),
  rotate: async ([id, options]) => shown(await keyring.rotate(id, options)),
  disable: async ([id, act]) => revOf(await keyring.disable(id, act)),
  enable: async ([id, act]) => revOf(await keyring.enable(id, act)),
  revoke: async ([id, act]) => revOf(await keyring.revoke(id, act)),
  flush: () => keyring.flush(),
  state: () => {
    report()
    const { rss } = process.memoryUsage()
    return { rss, cpu: process.cpuUsage(), faults, background }
  },
})
