import { describe, expect, test } from 'vitest'
import type { VerifyingKey } from '../../../src/crypto/key.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { createVerifier, memoryReplayStore, staticKeys, tradingPolicy } from '../../../src/server/index.js'
import { allSamples } from '../../exchange/samples.js'
import { methodsOf, requestOf, signedOf } from '../../exchange/signed.js'
import { verdictCode } from '../../expect-code.js'

const NOW_MS = 1_795_852_800_000
const account = { apiKey: 'key', secret: 'a secret that is long enough to be one' }

const judged = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  exchange: ReturnType<typeof binance> | ReturnType<typeof bybit>,
  late: number,
) => {
  const verifier = createVerifier({
    schemes: [exchangeVerifier(exchange)],
    keys: staticKeys([{ key: exchange.key as unknown as VerifyingKey }]),
    policy: tradingPolicy({ authorities: [new URL(url).host], maxAgeMs: 30_000 }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => NOW_MS + late },
  })
  return verdictCode(await verifier.verify(httpRequest({ method: 'GET', url, headers })))
}

describe('a receive window', () => {
  const windowed = allSamples.filter(({ exchange }) => exchange.spec.window !== undefined)

  test.each(windowed)('$name: is the end that its sender states', (sample) => {
    const scheme = exchangeVerifier(sample.exchange)
    for (const method of methodsOf(sample)) {
      const { final } = signedOf(sample, requestOf(sample, method, {}, {}))
      const [found] = scheme.parse(final)
      const window = scheme.read(final)?.window
      if (window !== '') expect(found?.endMs).toBe((found?.createdMs as number) + Number(window))
    }
  })

  test.each([
    ['in the query', (recvWindow?: number) => binance({ ...account, ...(recvWindow && { recvWindow }) })],
    ['in a field', (recvWindow?: number) => bybit({ ...account, recvWindow: recvWindow ?? 'none' })],
  ])('%s: nothing is taken behind it, whatever age the policy allows', async (_, made) => {
    const at = { clock: { now: () => NOW_MS } }
    const short = made(2_000)
    const { url, headers } = short.sign({ path: '/a' }, at)
    expect(await judged(url, headers, short, 1_999)).toBe('ok')
    expect(await judged(url, headers, short, 2_000)).toBe('TIMESTAMP_EXPIRED')
    const none = made()
    const without = none.sign({ path: '/a' }, at)
    expect(await judged(without.url, without.headers, none, 2_000)).toBe('ok')
  })

  test('a window above the largest is the largest', async () => {
    const { url, headers } = binance(account).sign({ path: '/a' }, { clock: { now: () => NOW_MS } })
    const scheme = exchangeVerifier(binance())
    const [found] = scheme.parse(
      httpRequest({ method: 'GET', url: url.replace('timestamp=', 'recvWindow=99999999&timestamp='), headers }),
    )
    expect(found?.endMs).toBe(NOW_MS + 60_000)
  })
})
