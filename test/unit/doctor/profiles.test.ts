import { describe, expect, test } from 'vitest'
import { webBotAuth } from '../../../src/agents/index.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { diagnose } from '../../../src/doctor/index.js'
import { httpRequest, type Signer, signRequestSync } from '../../../src/index.js'
import { PROFILES } from '../../../src/schemes/rfc9421/profiles/hypotheses.js'
import { adcp, fapi2, gnap, visaTap } from '../../../src/schemes/rfc9421/profiles/index.js'

const key = ed25519PrivateKey({ keyId: 'agent', seed: new Uint8Array(32).fill(6) })
const SIGNERS: Readonly<Record<string, Signer<typeof key>>> = {
  'web-bot-auth': webBotAuth({ key, agent: 'https://bot.example', draft: 'ietf-01' }) as Signer<typeof key>,
  gnap: gnap({ key }),
  'fapi-2-request': fapi2({ key }),
  'adcp/request-signing/v1': adcp({ key, use: 'request' }),
  'adcp/webhook-signing/v1': adcp({ key, use: 'webhook' }),
  'agent-browser-auth': visaTap({ key, purpose: 'browse' }),
  'agent-payer-auth': visaTap({ key, purpose: 'pay' }),
}

const made = (signer: Signer<typeof key>): string => {
  const { method, target, fields, body } = signRequestSync(
    httpRequest({
      method: 'POST',
      url: 'https://shop.example.com/v1/orders',
      headers: { 'Content-Type': 'application/json', Authorization: 'GNAP token-1' },
      body: '{"n":1}',
    }),
    signer,
  )
  const lines = fields.flatMap((one, at) => (at % 2 === 0 ? [`${one}: ${fields[at + 1]}`] : []))
  return `${method} ${target} HTTP/1.1\r\nHost: shop.example.com\r\n${lines.join('\r\n')}\r\n\r\n${Buffer.from(body as Uint8Array).toString()}`
}
const certain = async (request: string) =>
  (await diagnose(request)).findings.filter(({ certainty }) => certainty !== 'possible').map(({ id }) => id)

test('a tag of every profile that has one is known, but that of a rotation, which is signed twice', () => {
  expect(PROFILES.map(({ tag }) => tag).filter((tag) => tag !== 'gnap-rotate')).toEqual(Object.keys(SIGNERS))
})

describe.each(Object.entries(SIGNERS))('%s', (tag, signer) => {
  const request = made(signer)
  const { covered, parameters } = PROFILES.find((one) => one.tag === tag) as (typeof PROFILES)[number]

  test('what its own signer makes lacks nothing', async () => {
    expect(await certain(request)).toEqual([])
  })

  test.each(parameters)('the finding names a missing parameter %s', async (name) => {
    expect(await certain(request.replace(new RegExp(`;${name}=(?:"[^"]*"|\\d+)`), ''))).toContain(
      'profile-parameter-missing',
    )
  })

  test.each(covered.flatMap((one) => (one === 'dpop?' ? [] : [one.replace(/[?]$/, '')])))(
    'the finding names a missing component %s',
    async (name) => {
      const without = name
        .split('|')
        .reduce(
          (text, one) => text.replace(new RegExp(`(Signature-Input: [^\\r]*)"${one}"(?:;key="[^"]*")? ?`), '$1'),
          request,
        )
      expect(await certain(without)).toContain('profile-not-covered')
    },
  )

  test('the finding names a tag that is written otherwise', async () => {
    expect((await certain(request.replace(`tag="${tag}"`, `tag="${tag.toUpperCase()}"`)))[0]).toBe('tag-other')
  })
})

const bot = made(SIGNERS['web-bot-auth'] as Signer<typeof key>)
const agent = (value: string) => bot.replace(/Signature-Agent: [^\r]*/i, `Signature-Agent: ${value}`)
test.each([
  ['a bare URL', agent('https://bot.example'), 'signature-agent-form'],
  ['a string of the first drafts', agent('"https://bot.example"'), 'signature-agent-key'],
  ['http', agent('sig1="http://bot.example"'), 'signature-agent-url'],
  ['a host alone', agent('sig1="bot.example"'), 'signature-agent-url'],
  ['a member that is not the covered one', agent('other="https://bot.example"'), 'signature-agent-key'],
  ['no Signature-Agent', bot.replace(/Signature-Agent: [^\r]*\r\n/i, ''), 'signature-agent-missing'],
  ['no tag', bot.replace(/;tag="[^"]*"/, ''), 'tag-missing'],
  ['the tag of the directory', bot.replace('web-bot-auth', 'http-message-signatures-directory'), 'tag-other'],
  ['a tag with underscores', bot.replace('web-bot-auth', 'web_bot_auth'), 'tag-other'],
  ['a key id that is no thumbprint', bot.replace(/keyid="[^"]*"/, 'keyid="my-key"'), 'key-id-form'],
  ['a life of two days', bot.replace(/expires=\d+/, 'expires=4102444800'), 'profile-life'],
  [
    'an algorithm at GNAP',
    made(SIGNERS['gnap'] as Signer<typeof key>).replace('tag="gnap"', 'alg="ed25519";tag="gnap"'),
    'profile-alg',
  ],
])('the finding is right for %s', async (_, request, id) => {
  expect((await certain(request))[0]).toBe(id)
})
