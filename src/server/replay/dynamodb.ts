/** Nonces shared by any number of functions in DynamoDB: `countersign/replay/dynamodb`. */
import { utf8Decode } from '../../crypto/encoding.js'
import { fail, kindOf, type OptionNames, urlKind } from '../../errors.js'
import { cappedBytes } from '../../support/body.js'
import {
  assertRowsOptions,
  markOf,
  WRITTEN_ONCE,
  type WrittenOnceOptions,
  type WrittenOnceStore,
  writtenOnceStore,
} from './written-once.js'

/** Options of {@link dynamodbReplayStore}. */
export interface DynamodbReplayOptions extends WrittenOnceOptions {
  /** Sends signed requests: `createSignedFetch(sigv4({ key, region, service: 'dynamodb' }), { origins: [endpoint] })`. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** The endpoint of the region: `https://dynamodb.eu-central-1.amazonaws.com`. */
  readonly endpoint: string
  /** A table with the partition key `key` (a string) and, so that old rows go, the time-to-live attribute `expires`. */
  readonly table: string
}

const KNOWN: OptionNames<DynamodbReplayOptions> = { fetch: 2, endpoint: 2, table: 2, ...WRITTEN_ONCE }

const MAX_ANSWER = 65_536
/** How long the mark is kept before it is read again. A table is not deleted and made anew in that time. */
const MARK_MS = 10_000

type Attribute = { readonly S: string } | { readonly N: string }
type Item = Readonly<Record<string, Attribute>>

/** What DynamoDB answered. */
interface Answer {
  readonly item: Readonly<Record<string, { readonly S?: unknown }>> | undefined
  /** The condition did not hold: the row is there. */
  readonly there: boolean
  readonly storeMs: number | undefined
}

/**
 * A replay store in DynamoDB. A claim is one conditional `PutItem`: of any number of equal claims, exactly one is granted. The
 * service's `Date` is the clock of the store. Global tables write in several regions at once: there every region must have a
 * table of its own, or each would accept the same message once.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. Claims reject with `STORE_UNAVAILABLE`, and with nothing else.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { dynamodbReplayStore } from 'countersign/replay/dynamodb'
 * import { sigv4, sigv4Key } from 'countersign/sigv4'
 *
 * const endpoint = 'https://dynamodb.eu-central-1.amazonaws.com'
 * const key = sigv4Key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' })
 * const fetch = createSignedFetch(sigv4({ key, region: 'eu-central-1', service: 'dynamodb' }), { origins: [endpoint] })
 * export const replay = dynamodbReplayStore({ fetch, endpoint, table: 'nonces' })
 * ```
 */
export function dynamodbReplayStore(options: DynamodbReplayOptions): WrittenOnceStore {
  const where = 'dynamodbReplayStore'
  assertRowsOptions(where, options, KNOWN, 'fetch')
  const { fetch, endpoint, table, ...rest } = options
  if (typeof fetch !== 'function')
    fail('CONFIG_INVALID', `${where}: "fetch" must be a signed fetch of createSignedFetch(), got ${kindOf(fetch)}`)
  if (typeof endpoint !== 'string' || !/^https?:\/\/[^/@]+$/.test(endpoint))
    fail(
      'CONFIG_INVALID',
      `${where}: "endpoint" must be an origin, such as https://dynamodb.eu-central-1.amazonaws.com, got ${urlKind(endpoint)}`,
    )
  if (typeof table !== 'string' || !/^[\w.:/-]{3,1024}$/.test(table))
    fail('CONFIG_INVALID', `${where}: "table" must be the name or ARN of a table, got ${kindOf(table)}`)
  const { prefix = 'rp' } = rest

  const call = async (action: string, body: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${action}` }
    const init = { method: 'POST', headers, body: JSON.stringify({ TableName: table, ...body }) }
    return answerOf(await fetch(`${endpoint}/`, init))
  }
  /** The row that was there, or `undefined` where this one was written. */
  const put = async (item: Item): Promise<Answer> => {
    const answer = await call('PutItem', {
      Item: item,
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'key' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    if (!answer.there || answer.item !== undefined) return answer
    // Of a service that does not return it.
    const { item: found } = await call('GetItem', { Key: { key: item['key'] }, ConsistentRead: true })
    return { ...answer, item: found }
  }

  return writtenOnceStore(
    rest,
    {
      write: async ({ key, token, expiresAtMs }) => {
        const expires = String(Math.ceil(expiresAtMs / 1_000))
        const { there, item, storeMs } = await put({ key: { S: key }, token: { S: token }, expires: { N: expires } })
        return { holder: there ? item?.['token']?.S : token, storeMs }
      },
      mark: async (window) => {
        const mark = markOf(window, Date.now())
        const { there, item } = await put({ key: { S: `${prefix} mark` }, mark: { S: mark } })
        return there ? item?.['mark']?.S : mark
      },
    },
    { where, hasClock: true, markMs: MARK_MS, refusalOf },
  )
}

/** The `Date` of an answer is in whole seconds: the middle of its second is at most half of one off. */
const HALF_SECOND_MS = 500

async function answerOf(response: Response): Promise<Answer> {
  const text = utf8Decode(await cappedBytes(response, MAX_ANSWER)) ?? ''
  const body = membersOf(text)
  const date = Date.parse(response.headers.get('date') ?? '')
  const storeMs = Number.isNaN(date) ? undefined : date + HALF_SECOND_MS
  const item = body.Item as Answer['item']
  if (response.ok) return { item, there: false, storeMs }
  const type = /(?:^|#)([A-Za-z]{3,64})$/.exec(String(body.__type))?.[1]
  if (type === 'ConditionalCheckFailedException') return { item, there: true, storeMs }
  throw new ServiceError(type ?? 'Unknown', response.status)
}

function membersOf(text: string): { readonly Item?: unknown; readonly __type?: unknown } {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}

/** An answer that is an error, by its type: its text may hold names of accounts. */
class ServiceError extends Error {
  readonly type: string
  readonly status: number

  constructor(type: string, status: number) {
    super(`DynamoDB answered with ${type}`)
    this.type = type
    this.status = status
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html: these may be tried again.
const PASSING: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ItemCollectionSizeLimitExceededException',
])

const refusalOf = (error: unknown): string | undefined =>
  error instanceof ServiceError && error.status < 500 && !PASSING.has(error.type) ? error.type : undefined
