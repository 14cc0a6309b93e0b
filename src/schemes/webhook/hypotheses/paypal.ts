import { hashText } from '#backend/hash'
import { crc32 } from '../../../crypto/crc32.js'
import { base64Decode, utf8, utf8Decode } from '../../../crypto/encoding.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import { formWrites, type SignedForm, type Texts } from '../../scheme/signed-form.js'
import { DELIVERED_BODY } from './body.js'

const FIELDS = ['paypal-transmission-id', 'paypal-transmission-time', 'paypal-transmission-sig'] as const

/** Where receivers of PayPal's webhooks go wrong. The id of the webhook is signed and not sent: it is given as the passphrase. */
export const PAYPAL_HYPOTHESES: SchemeHypotheses = {
  ids: ['paypal'],
  read: (request, id, webhookId) =>
    id === undefined && combinedValue(request.fields, FIELDS[2]) === undefined
      ? undefined
      : readingOf(request, webhookId),
}

function readingOf(request: HttpRequest, webhookId: string | undefined): SchemeReading {
  const [id = '', time = '', signature = ''] = FIELDS.map((name) => combinedValue(request.fields, name)?.trim())
  const ms = Date.parse(time)
  return {
    id: 'paypal',
    name: 'PayPal',
    form: formOf(request, id, time, webhookId ?? ''),
    signatures: signature === '' ? [] : [{ text: signature, right: base64Decode(signature) }],
    encoding: 'base64',
    keyId: '',
    keys: { algorithms: ['rsa-v1_5-sha256'], bytes: utf8, reading: 'as its characters' },
    ...(!Number.isNaN(ms) && { time: { ms, pastMs: 259_200_000, futureMs: 300_000 } }),
    problems: [...problemsOf(request, webhookId)],
    hint: 'The public key is that of the certificate which paypal-cert-url names; sandbox and live have their own, and each webhook has an id of its own (give it as the passphrase).',
  }
}

function* problemsOf({ fields }: HttpRequest, webhookId: string | undefined): Iterable<Problem> {
  const fix = 'Hand all headers of the delivery to the verifier, whatever the case of their names.'
  for (const name of [...FIELDS, 'paypal-auth-algo', 'paypal-cert-url'])
    if (combinedValue(fields, name) === undefined)
      yield {
        ...{ id: 'header-missing', certainty: 'proven', cause: `The header ${name} is missing.` },
        ...{ evidence: 'PayPal sends it with every delivery.', fix },
      }
  const host = /^https:\/\/([^/]*)/.exec(combinedValue(fields, 'paypal-cert-url') ?? '')?.[1]
  if (host !== undefined && !/(?:^|\.)paypal\.com$/.test(host))
    yield {
      ...{ id: 'certificate-host', certainty: 'proven', cause: 'The certificate is not on a host of PayPal.' },
      ...{
        evidence: `paypal-cert-url names ${host}.`,
        fix: 'Refuse the delivery: a forger signs with a certificate of its own.',
      },
    }
  if (webhookId === undefined)
    yield {
      ...{
        id: 'webhook-id-unknown',
        certainty: 'possible',
        cause: 'The id of the webhook is signed, and it was not given here.',
      },
      ...{
        evidence: 'It is not in the request.',
        fix: 'Give the id that the dashboard of the app shows for this URL as the passphrase.',
      },
    }
}

function formOf(request: HttpRequest, id: string, time: string, webhookId: string): SignedForm {
  const raw = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
  const body = utf8Decode(raw)
  const bytesOf = (text: string | undefined): Uint8Array => (text === undefined || text === body ? raw : utf8(text))
  const line = (texts: Texts, mark: string): string =>
    [texts['transmission id'], texts['time'], texts['webhook id'], mark].join('|')
  return {
    members: [
      {
        name: 'webhook id',
        kind: 'own',
        text: webhookId,
        mistakes: [
          {
            id: 'other',
            rank: 1,
            cause:
              'Another webhook id was signed than the one that was given: the simulator signs the words WEBHOOK_ID.',
            fix: 'Take the id of the webhook that this URL belongs to; deliveries of the simulator are verified with "WEBHOOK_ID".',
            apply: () => ['WEBHOOK_ID', 'WEBHOOK-ID', ''].map((one) => [one, one === '' ? 'none' : one] as const),
          },
        ],
      },
      ...(body === undefined ? [] : [{ name: 'body', kind: 'body', text: body, mistakes: DELIVERED_BODY } as const]),
      { name: 'time', kind: 'time', text: time },
      { name: 'transmission id', kind: 'word', text: id },
    ],
    compose: (texts) => line(texts, String(crc32(bytesOf(texts['body'])))),
    own: [
      {
        id: 'checksum-form',
        part: 'checksum',
        rank: 1,
        cause: 'The last part of the text is not the CRC-32 of the body as a decimal number.',
        fix: 'Take the CRC-32 of the raw bytes as an unsigned number, in decimal digits.',
        *apply(state) {
          for (const [write, detail] of [
            [(bytes: Uint8Array) => crc32(bytes).toString(16), 'in hexadecimal'],
            [(bytes: Uint8Array) => String(crc32(bytes) | 0), 'as a signed number'],
            [(bytes: Uint8Array) => hashText('sha256', bytes, 'hex'), 'SHA-256 in its place'],
            [(bytes: Uint8Array) => utf8Decode(bytes) ?? '', 'the body itself'],
          ] as const)
            yield [formWrites(state, (_, texts) => line(texts, write(bytesOf(texts['body'])))), detail]
        },
      },
    ],
    opaque: true,
  }
}
