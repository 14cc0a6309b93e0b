import { expect, test } from 'vitest'
import { utf8 } from '../../../src/crypto/encoding.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { allSamples } from '../../exchange/samples.js'
import { methodsOf, requestOf, signedOf } from '../../exchange/signed.js'
import { acceptedBy } from '../../mutations/subject.js'

const MORE = ['{"zz":"9"}', 'zz=9']

test('where parameters are covered, none can be added in a place that is not signed', async () => {
  const taken: string[] = []
  for (const sample of allSamples) {
    const scheme = exchangeVerifier(sample.exchange)
    if (!scheme.demands.require.includes('parameters')) continue
    const { spec } = sample.exchange
    const passphrase = sample.passphrase ?? (spec.passphrase === undefined ? undefined : 'phrase-1')
    const accepts = acceptedBy(scheme, sample.verifyingKey, passphrase)
    for (const method of methodsOf(sample)) {
      const { final } = signedOf(sample, requestOf(sample, method, { a: '1' }, { b: '2' }))
      const bodies = final.body === null ? MORE.map((text) => ({ ...final, body: utf8(text) })) : []
      const queries = ['zz=9', 'zz'].map((pair) => ({
        ...final,
        target: `${final.target}${final.target.includes('?') ? '&' : '?'}${pair}`,
      }))
      for (const more of [...bodies, ...queries])
        if ((await accepts(more)) !== undefined) taken.push(`${sample.name} ${method} ${more.target}`)
    }
  }
  expect(taken).toEqual([])
}, 60_000)
