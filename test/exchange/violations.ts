import fc from 'fast-check'
import { exchangeVerifier } from '../../src/exchange/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { UntrustedSignature } from '../../src/schemes/scheme.js'
import { differences } from '../mutations/meaning.js'
import { withPassphrase } from '../property/scheme-changes.js'
import { THOROUGH } from '../thorough.js'
import { changesOf, stillVerifies, touched } from './changes.js'
import { arbitraryRequest, type ExchangeSample } from './sample.js'
import { methodsOf, requestOf, signedOf } from './signed.js'

/** Parameters that some reader takes for something else. */
const PARAMETERS: ReadonlyArray<Readonly<Record<string, unknown>>> = [
  { symbol: 'BTC-USDT', amount: '1', client_wid: '50', since: '17' },
  { amount: '1', b: 'x&y=z', list: 'a,b', n: '1' },
  { filter: '{"open":"1"}', note: 'a b+c', path: '/x/y?z=1', hash: '#1' },
  { a: '50%', b: '[1,2]', c: '币安', d: '' },
]
const PLAIN = PARAMETERS[0] as Readonly<Record<string, unknown>>

function requestsOf(sample: ExchangeSample): readonly HttpRequest[] {
  const { without = /(?!)/ } = sample
  const allowed = PARAMETERS.map((params) =>
    Object.fromEntries(Object.entries(params).filter(([, value]) => !without.test(String(value)))),
  )
  // All methods and random requests besides take a minute and a half.
  if (!THOROUGH) {
    const method = methodsOf(sample).find((one) => one !== 'GET') ?? 'GET'
    return allowed.slice(0, 2).map((params) => requestOf(sample, method, params, params))
  }
  const fixed = methodsOf(sample).flatMap((method) => [
    ...(method === 'PUT' ? [] : allowed).map((params) => requestOf(sample, method, params, params)),
    requestOf(sample, method, {}, { ...PLAIN, n: 1, t: true }, 1),
  ])
  return [...fixed, ...(fc.sample(arbitraryRequest(sample), { seed: 11, numRuns: 2 }) as HttpRequest[])]
}

/** Each change that the signature still fits and that is said to be covered, as a line. */
export function violations(sample: ExchangeSample): readonly string[] {
  const scheme = exchangeVerifier(sample.exchange)
  const found = new Set<string>()
  for (const message of requestsOf(sample)) {
    const { final } = signedOf(sample, message)
    const [received] = scheme.parse(final)
    const original = withPassphrase(received as UntrustedSignature, sample.passphrase)
    for (const { kind, request } of changesOf(final, sample.paths)) {
      const parameters = differences(final, request).filter((fact) => fact.endsWith('parameters'))
      const facts = [...touched(final, request), ...parameters]
      if (facts.length === 0) continue
      const changed = stillVerifies(scheme, request, original, sample.passphrase)
      if (changed === undefined) continue
      // A request whose body was not covered may have lost it: what is left is.
      for (const fact of facts) {
        const [before, after] = [original.covers.has(fact), changed.covers.has(fact)]
        // A policy that needs parameters refuses what does not cover them; a request that lost its unsigned body covers the rest.
        if (parameters.includes(fact) ? before && after : before || after)
          found.add(`${kind} changes the ${fact}: ${shown(final)} -> ${shown(request)}`)
      }
    }
  }
  return [...found]
}

const shown = ({ method, target, body }: HttpRequest): string =>
  `${method} ${target} ${body === null ? '' : new TextDecoder().decode(body as Uint8Array)}`
