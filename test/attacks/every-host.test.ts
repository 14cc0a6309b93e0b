import { afterAll, describe, expect, test } from 'vitest'
import { noReplayProtection, type SchemePolicy } from '../../src/server/policy/policy.js'
import { REQUEST_SCHEMES } from '../contract/schemes/all.js'
import { orderOf, signedBy } from '../contract/schemes/judged.js'
import { HOST, type SchemeRow } from '../contract/schemes/row.js'
import { closeAll, HOSTS, type Running, start } from './hosts.js'

/* What each host makes of a request on its way to a verifier must not change what was signed, whatever scheme signed it. */

const running = (host: (typeof HOSTS)[number], row: SchemeRow): Promise<Running> => {
  const { verifier, verifyingKey, sessionToken, policy, contentCodings } = row
  const untimed: SchemePolicy = verifier.demands?.untimed === true ? { untimed: noReplayProtection } : {}
  return start(host, {
    schemes: [verifier],
    records: [
      { key: verifyingKey, owner: 'alice', ...(sessionToken === undefined ? {} : { passphrase: sessionToken }) },
    ],
    policy: {
      authorities: [HOST, orderOf(row).authority],
      ...(contentCodings !== undefined && { contentCodings }),
      perScheme: { [verifier.id]: { ...untimed, ...policy } },
    },
  })
}

// An upload states the length of its chunks, which the row of its head has not.
const ROWS = REQUEST_SCHEMES.filter(({ of }) => !of.includes('sigv4Chunked'))

describe.each(HOSTS)('behind %s', (host) => {
  afterAll(closeAll)

  test.each(ROWS)('$name is accepted as it was signed, and not otherwise', async (row) => {
    const server = await running(host, row)
    const signed = signedBy(row, orderOf(row))
    const [found] = row.verifier.parse(signed)
    const once = found?.createdMs !== undefined && found.reusable !== true
    expect((await server.send(signed)).code).toBe('ok')
    expect((await server.send(signed)).code).toBe(once ? 'REPLAY' : 'ok')
    if (found?.covers.has('path') === true)
      expect((await server.send({ ...signed, target: `/x${signed.target}` })).code).not.toBe('ok')
    if (found?.covers.has('body') === true) {
      const body = new TextEncoder().encode('another body')
      expect((await server.send({ ...signed, body })).code).not.toBe('ok')
    }
    expect(server.reached()).toBe(once ? 1 : 2)
    await closeAll()
  })
})
