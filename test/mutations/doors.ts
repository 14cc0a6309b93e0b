import { isCountersignError } from '../../src/errors.js'
import { signHyperliquidAction } from '../../src/exchange/orders/hyperliquid.js'
import { walletKey } from '../../src/exchange/wallet/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'
import { type AwsScope, signAwsRequest } from '../../src/schemes/sigv4/sign-header.js'
import {
  type ReadableHeaders,
  verifyGithubWebhook,
  verifySlackRequest,
  verifyStripeWebhook,
} from '../../src/schemes/webhook/direct.js'
import { sessionToken } from '../contract/schemes/sigv4.js'
import type { Signed, Subject } from './subject.js'

/*
 * The functions for one request, which stand beside a scheme: each is judged with the requests of its scheme. What one of them
 * accepts, its scheme has to accept as well; what one of them signs, the verifier of its scheme judges.
 */

const GROUP = 'one function for one request'

type Check = (headers: ReadableHeaders, body: Uint8Array, secret: string, nowMs: number) => void

/** With the secret of the scheme's row, and the fields that are read, of which the last one holds the time. */
const CHECKS: ReadonlyArray<readonly [scheme: string, secret: string, check: Check, ...fields: readonly string[]]> = [
  ['github#github', 'a-secret-of-this-repository', verifyGithubWebhook, 'x-hub-signature-256'],
  ['stripe#stripe', 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c', verifyStripeWebhook, 'stripe-signature'],
  [
    'slack#slack',
    '8f742231b10e8888abcd99yyyzzz85a5',
    verifySlackRequest,
    'x-slack-signature',
    'x-slack-request-timestamp',
  ],
]

const bytesOf = ({ body }: HttpRequest): Uint8Array => (body as Uint8Array | null) ?? new Uint8Array(0)

/** Whether nothing is thrown. */
function passes(check: () => void): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return false
  }
}

// Fetch, 2.2.2 "normalize": `Headers` have no white space around a value, which a scheme refuses in one that is handed over raw.
const asFetchHands = (value: string): string => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')

/** Fields as a runtime hands them over; `undefined` for those that none can have read. */
function headersOf({ fields }: HttpRequest): Headers | undefined {
  const out = new Headers()
  try {
    for (let at = 0; at < fields.length; at += 2) out.append(fields[at] as string, fields[at + 1] as string)
  } catch {
    return undefined
  }
  return out
}

const checked = (scheme: Subject, [, secret, check, ...read]: (typeof CHECKS)[number]): Subject => ({
  ...scheme,
  group: GROUP,
  name: check.name,
  accepts: async (request) => {
    const headers = headersOf(request)
    // At the time that the request states: the window is to hide nothing.
    const seconds = /\d{9,11}/.exec(headers?.get(read.at(-1) as string) ?? '')?.[0] ?? '0'
    if (headers === undefined || !passes(() => check(headers, bytesOf(request), secret, 1_000 * Number(seconds))))
      return undefined
    // As a check sees it: neither the target, which is not signed, nor the id of a delivery.
    const fields = request.fields.flatMap((name, at) =>
      at % 2 === 0 && read.includes(name.toLowerCase()) ? [name, asFetchHands(request.fields[at + 1] as string)] : [],
    )
    const found = await scheme.accepts({ ...request, fields, target: '/', authority: 'hooks.example.com' })
    if (found === undefined)
      throw new Error(`${check.name} accepts what its scheme refuses: ${JSON.stringify(request)}`)
    return found
  },
})

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

/** The same requests, signed by a function in place of their scheme; without those that it refuses to sign. */
function resigned(scheme: Subject, name: string, sign: (signed: Signed) => HttpRequest): Subject {
  return {
    ...scheme,
    group: GROUP,
    name,
    signed: async (count, seed) =>
      (await scheme.signed(count, seed)).flatMap((one) => {
        try {
          return [{ request: sign(one), own: one.own }]
        } catch (error) {
          if (!isCountersignError(error)) throw error
          return []
        }
      }),
  }
}

const aws =
  (scope: AwsScope, nowMs: number, sessionToken?: string) =>
  ({ request, own }: Signed): HttpRequest => {
    const { path, query } = splitTarget(request.target)
    const fields = request.fields.slice(0, own)
    const added = signAwsRequest(
      {
        method: request.method,
        url: { host: request.authority, pathname: path, search: query },
        headers: fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] as string] as const] : [])),
        body: bytesOf(request),
      },
      { ...access, ...(sessionToken !== undefined && { sessionToken }) },
      scope,
      nowMs,
    )
    return { ...request, fields: [...fields, ...Object.entries(added).flat()] }
  }

const wallet = walletKey({ privateKey: '01'.repeat(32) })

function hyperliquid({ request }: Signed): HttpRequest {
  const { action, nonce } = JSON.parse(new TextDecoder().decode(bytesOf(request)))
  return httpRequest(signHyperliquidAction({ action, nonce, key: wallet }))
}

/** The functions for one request, each with the requests of its scheme among the subjects. */
export function doorsOf(subjects: readonly Subject[], nowMs: number): readonly Subject[] {
  const named = (name: string): Subject => {
    const found = subjects.find((one) => one.name === name)
    if (found === undefined) throw new Error(`there is no subject "${name}"`)
    return found
  }
  const region = 'eu-central-1'
  return [
    ...CHECKS.map((one) => checked(named(`countersign/webhook/${one[0]}`), one)),
    resigned(named('sigv4'), 'signAwsRequest', aws({ region, service: 'orders' }, nowMs)),
    resigned(
      named('sigv4 for S3, with temporary credentials'),
      'signAwsRequest for S3, with temporary credentials',
      aws({ region, service: 's3' }, nowMs, sessionToken),
    ),
    resigned(named('hyperliquid'), 'signHyperliquidAction', hyperliquid),
  ]
}
