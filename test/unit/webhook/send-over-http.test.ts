import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { standardWebhooks } from '../../../src/schemes/webhook/catalogue/standard.js'
import { sendWebhook } from '../../../src/webhook/send/send-webhook.js'

const webhook = standardWebhooks({ secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDaaaa' })
const BODY = '{"type":"invoice.paid","text":"äöü €"}'

describe('a receiver on this machine', () => {
  const serve = async (listener: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const close = (): void => {
      server.closeAllConnections()
      server.close()
    }
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, close }
  }

  test('that breaks off, answers without end, hangs, redirects, and at last answers', async () => {
    let count = 0
    const bodies: string[] = []
    const { url, close } = await serve((request, response) => {
      count++
      if (count === 1) return void request.socket.destroy()
      if (count === 2) return void response.writeHead(503).write('x'.repeat(100_000))
      if (count === 3) return
      request.setEncoding('utf8').on('data', (text) => bodies.push(text))
      request.on('end', () => response.writeHead(200).end())
    })
    try {
      const options = { addresses: 'any', backoffMs: 1, timeoutMs: 1_000, attempts: 20 } as const
      const sent = await sendWebhook(webhook, { url, body: BODY }, options)
      expect(sent.delivered).toBe(true)
      // On a busy machine any attempt may take too long.
      const seen = sent.attempts.map(({ status, failure }) => status ?? failure)
      expect(seen).toEqual(expect.arrayContaining(['timeout', 200]))
      expect(count).toBeGreaterThanOrEqual(4)
      expect(bodies.join('').endsWith(BODY)).toBe(true)
    } finally {
      close()
    }
  })

  test('that redirects into a private network is not followed', async () => {
    let inside = 0
    const secret = await serve((_request, response) => {
      inside++
      response.end()
    })
    const { url, close } = await serve((_request, response) => response.writeHead(307, { location: secret.url }).end())
    try {
      const sent = await sendWebhook(webhook, { url, body: BODY }, { addresses: 'any' })
      expect([sent.gaveUp, sent.attempts[0]?.status, inside]).toEqual(['answered', 307, 0])
    } finally {
      close()
      secret.close()
    }
  })
})
