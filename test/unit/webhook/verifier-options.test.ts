import { expect, test } from 'vitest'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'

const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })

test.each<[string, object, string]>([
  ['a URL for a host', { authorities: ['https://a.example/'] }, '"authorities[0]" must be a host name'],
  ['none', { authorities: [] }, '"authorities" must be an array with at least one host name'],
  ['a default port', { authorities: ['a.example:443'] }, '"authorities[0]" must not state a default port'],
])('webhookVerifier names itself in what it refuses of its authorities: %s', (_, options, message) => {
  expect(() => webhookVerifier(webhook, options)).toThrow(`webhookVerifier: ${message}`)
})

test('what others call an option is answered with its name here', () => {
  expect(() => webhookVerifier(webhook, { hosts: ['a.example'] } as never)).toThrow('did you mean "authorities"?')
  expect(() => stripe({ endpointSecret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' } as never)).toThrow(
    'did you mean "secret"?',
  )
})
