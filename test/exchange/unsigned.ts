import { exchangeVerifier } from '../../src/exchange/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { UntrustedSignature } from '../../src/schemes/scheme.js'
import { withPassphrase } from '../property/scheme-changes.js'
import { changesOf, stillVerifies, touched } from './changes.js'
import type { ExchangeSample } from './sample.js'
import { methodsOf, requestOf, signedOf } from './signed.js'

/** What was found out about one exchange by changing its requests. */
export interface Unsigned {
  readonly id: string
  /** The kinds of change that the signature still fits. */
  readonly kinds: readonly string[]
  /** The exchange's fields, in its writing, whose value can be changed. */
  readonly fields: readonly string[]
  /** What is claimed to be covered and was changed all the same; must be empty. */
  readonly wrong: readonly string[]
}

const PLAIN = { symbol: 'BTC-USDT', amount: '1', note: 'a b,c', since: '17' }
const BOUNDARIES = new Set(['path', 'query', 'body'])

/** What the samples of one exchange leave unsigned: every one of their requests changed in every way. */
export function unsignedBy(id: string, samples: readonly ExchangeSample[]): Unsigned {
  const [kinds, fields, wrong] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (const sample of samples) {
    const scheme = exchangeVerifier(sample.exchange)
    for (const method of methodsOf(sample)) {
      const { message, final } = signedOf(sample, requestOf(sample, method, PLAIN, PLAIN))
      const [received] = scheme.parse(final)
      const original = withPassphrase(received as UntrustedSignature, sample.passphrase)
      const own = namesOf(final).filter((name) => !namesOf(message).includes(name))
      for (const { kind, request } of changesOf(final, sample.paths, (piece) => BOUNDARIES.has(piece))) {
        const facts = touched(final, request)
        if (facts.length === 0 || stillVerifies(scheme, request, original, sample.passphrase) === undefined) continue
        kinds.add(kind)
        for (const fact of facts)
          if (original.covers.has(fact)) wrong.add(`${sample.name}: ${kind} changes the ${fact}`)
        // A field that only may be absent, or be there twice, says nothing about its value.
        const name = own.find((one) => kind === `field:${one.toLowerCase()}` && sameNames(final, request))
        if (name !== undefined && fieldValue(request, name) === '') continue
        if (name !== undefined) fields.add(name)
      }
    }
  }
  return { id, kinds: [...kinds].sort(), fields: [...fields].sort(), wrong: [...wrong].sort() }
}

const namesOf = ({ fields }: HttpRequest): readonly string[] => fields.filter((_, at) => at % 2 === 0)
const fieldValue = ({ fields }: HttpRequest, name: string): string => fields[fields.indexOf(name) + 1] as string
const sameNames = (a: HttpRequest, b: HttpRequest): boolean => namesOf(a).join() === namesOf(b).join()
