import { EventWebhook } from '@sendgrid/eventwebhook'
import { sign as telegramSign, validate as telegramValidate } from '@telegram-apps/init-data-node'
import { verifyKey } from 'discord-interactions'
import { describe, expect, test } from 'vitest'
import { discord } from '../../src/schemes/webhook/catalogue/discord.js'
import { sendgrid } from '../../src/schemes/webhook/catalogue/sendgrid.js'
import { telegramMiniApp } from '../../src/schemes/webhook/catalogue/telegram.js'
import type { Webhook } from '../../src/schemes/webhook/webhook.js'
import { signWebhook, verifyWebhook } from '../../src/webhook/index.js'
import { PUBLIC_KEY_SENDERS } from '../contract/webhooks/public-key.js'

/*
 * The same as for webhooks with shared secrets: what we sign is accepted by the official packages, what they sign is accepted
 * here, and a change of one character is refused here wherever it is refused there.
 */

const TOKEN = '5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8'
const rowOf = (name: string) => {
  const row = PUBLIC_KEY_SENDERS.find((one) => one.name.endsWith(`#${name}`))
  if (row === undefined) throw new Error(name)
  return {
    options: row.options as { readonly privateKey: string },
    receiving: row.receiving as { readonly publicKey: string },
  }
}

interface Delivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Peer {
  readonly name: string
  readonly sender: Webhook
  readonly receiver: Webhook
  readonly accepts: (delivery: Delivery) => boolean | Promise<boolean>
}

const DISCORD = rowOf('discord')
const SENDGRID = rowOf('sendgrid')
const events = new EventWebhook()
const sendgridKey = events.convertPublicKeyToECDSA(SENDGRID.receiving.publicKey)

const PEERS: readonly Peer[] = [
  {
    name: 'discord-interactions',
    sender: discord(DISCORD.options),
    receiver: discord(DISCORD.receiving),
    accepts: ({ headers, body }) =>
      verifyKey(
        body,
        headers['x-signature-ed25519'] as string,
        headers['x-signature-timestamp'] as string,
        DISCORD.receiving.publicKey,
      ),
  },
  {
    name: '@sendgrid/eventwebhook',
    sender: sendgrid(SENDGRID.options),
    receiver: sendgrid(SENDGRID.receiving),
    accepts: ({ headers, body }) =>
      events.verifySignature(
        sendgridKey,
        body,
        headers['x-twilio-email-event-webhook-signature'] as string,
        headers['x-twilio-email-event-webhook-timestamp'] as string,
      ),
  },
  {
    name: '@telegram-apps/init-data-node',
    sender: telegramMiniApp({ secret: TOKEN }),
    receiver: telegramMiniApp({ secret: TOKEN }),
    accepts: ({ headers }) => {
      telegramValidate((headers['authorization'] as string).slice('tma '.length), TOKEN)
      return true
    },
  },
]

async function theirs({ accepts }: Peer, delivery: Delivery): Promise<boolean> {
  try {
    return await accepts(delivery)
  } catch {
    return false
  }
}

async function signed({ sender }: Peer, body: string, headers = {}): Promise<Delivery> {
  const { fields } = await signWebhook(sender, { body, headers })
  const out: Record<string, string> = {}
  for (let i = 0; i < fields.length; i += 2) out[(fields[i] as string).toLowerCase()] = fields[i + 1] as string
  return { headers: out, body }
}

/** The delivery with one character exchanged, at every place of a field and of the body. */
function* changes({ headers, body }: Delivery): Generator<Delivery> {
  const other = (text: string, at: number) => text.slice(0, at) + (text[at] === 'b' ? 'c' : 'b') + text.slice(at + 1)
  for (const [name, value] of Object.entries(headers))
    for (let at = 0; at < value.length; at++) yield { headers: { ...headers, [name]: other(value, at) }, body }
  for (let at = 0; at < body.length; at++) yield { headers, body: other(body, at) }
}

describe.each(PEERS)('$name', (peer) => {
  test('accepts what we sign, and refuses nothing that is accepted here', async () => {
    let refusedThere = 0
    for (const body of ['{"type":1}', '[{"email":"äöü €"}]\r\n']) {
      const delivery = await signed(peer, body, { authorization: 'tma query_id=AAH&user=%7B%22id%22%3A1%7D' })
      expect([body, verifyWebhook(peer.receiver, delivery).ok, await theirs(peer, delivery)]).toEqual([
        body,
        true,
        true,
      ])
      for (const changed of changes(delivery)) {
        if (await theirs(peer, changed)) continue
        refusedThere++
        expect([changed, verifyWebhook(peer.receiver, changed).ok]).toEqual([changed, false])
      }
    }
    expect(refusedThere).toBeGreaterThan(20)
  })
})

test('what @telegram-apps/init-data-node signs is accepted', () => {
  const user = { id: 1, firstName: 'Ann & Bob', lastName: 'Ä=+ %', languageCode: 'de' }
  for (const data of [{ user }, { user, queryId: 'AAHdF6IQAAAAAN0XohDhrOrc', startParam: 'a-b_c' }]) {
    const text = telegramSign(data as never, TOKEN, new Date())
    const headers = { authorization: `tma ${text}` }
    expect(verifyWebhook(telegramMiniApp({ secret: TOKEN }), { headers, body: null })).toMatchObject({ ok: true })
  }
})

test('a byte between time and body, which discord-interactions accepts on either side, is refused here', async () => {
  const [peer] = PEERS as [Peer]
  const { headers, body } = await signed(peer, '1{"type":1}')
  const time = headers['x-signature-timestamp'] as string
  const moved = { headers: { ...headers, 'x-signature-timestamp': `${time}1` }, body: body.slice(1) }
  expect([await theirs(peer, moved), verifyWebhook(peer.receiver, moved).ok]).toEqual([true, false])
})
