/** A service that sends webhooks: signed by Standard Webhooks, tried again, and with a secret that is rotated. */
// npm install countersign
import { lookup } from 'node:dns/promises'
import { sendWebhook } from 'countersign/webhook/send'
import { standardWebhooks } from 'countersign/webhook/standard'

/**
 * `endpoints` are those of your customers, each with a URL and its secrets, the newer one first; `later` keeps what was not
 * delivered, such as a table that a job reads every few minutes.
 */
export async function run({ endpoints, event, later, addresses = 'public' }) {
  // The same text and the same id at every attempt, so that receivers recognise a duplicate.
  const body = JSON.stringify(event)
  const deliver = async ({ url, secrets }) => {
    const webhook = standardWebhooks({ secret: secrets })
    const sent = await sendWebhook(
      webhook,
      { url, id: event.id, body },
      {
        attempts: 3,
        // URLs of customers must not lead into this network.
        addresses,
        lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
      },
    )
    if (!sent.delivered) await later({ url, id: event.id, body, why: sent.gaveUp, afterMs: sent.retryAfterMs })
    return sent
  }
  return await Promise.all(endpoints.map(deliver))
}
