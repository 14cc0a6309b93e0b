import { hex } from '../../crypto/encoding.js'
import { base58 } from '../../crypto/format/base58.js'
import { fail, kindOf } from '../../errors.js'
import { plainMembers, sortedJson } from '../families/sorted-json.js'
import type { Draft } from '../spec/draft.js'
import { assertNoQuery } from '../spec/one-place.js'
import type { Output } from '../spec/outputs.js'
import { type Place, withMembers } from '../spec/places.js'
import type { MessageSpec } from '../spec/spec.js'
import { asMade } from '../spec/template.js'

/** What each endpoint is called in what is signed. Signing, Operation types; the official examples; the pages of the endpoints. */
const OPERATIONS: Readonly<Record<string, string>> = {
  '/api/v1/orders/create': 'create_order',
  '/api/v1/orders/create_market': 'create_market_order',
  '/api/v1/orders/stop/create': 'create_stop_order',
  '/api/v1/orders/edit': 'edit_order',
  '/api/v1/orders/cancel': 'cancel_order',
  '/api/v1/orders/cancel_all': 'cancel_all_orders',
  '/api/v1/orders/stop/cancel': 'cancel_stop_order',
  '/api/v1/orders/twap/create': 'create_twap_order',
  '/api/v1/orders/twap/cancel': 'cancel_twap_order',
  '/api/v1/positions/tpsl': 'set_position_tpsl',
  '/api/v1/account/leverage': 'update_leverage',
  '/api/v1/account/margin': 'update_margin_mode',
  '/api/v1/account/withdraw': 'withdraw',
  '/api/v1/account/subaccount/transfer': 'transfer_funds',
  '/api/v1/agent/bind': 'bind_agent_wallet',
  '/api/v1/account/api_keys/create': 'create_api_key',
  '/api/v1/account/api_keys/revoke': 'revoke_api_key',
  '/api/v1/account/api_keys': 'list_api_keys',
}
const BIND = 'bind_agent_wallet'
const UNSIGNED = ['account', 'signature', 'timestamp', 'expiry_window']
const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/

/** Signatures in base58, as Solana writes them. */
export const base58Output: Output = {
  id: 'base58',
  keyCall: 'solanaKey({ privateKey })',
  encoding: 'hex',
  encode: hex,
  finish: (text) => base58(Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))),
}

/** Whether a request is signed or was received. */
const codeOf = ({ sign }: Draft): 'ARGUMENT_INVALID' | 'AUTH_MALFORMED' =>
  sign === '' ? 'ARGUMENT_INVALID' : 'AUTH_MALFORMED'

function operationOf(draft: Draft): string {
  const { path, options } = draft
  for (const table of [Object(options['operations']) as Readonly<Record<string, unknown>>, OPERATIONS]) {
    const found = Object.hasOwn(table, path) ? table[path] : undefined
    if (typeof found === 'string') return found
  }
  const hint = path.endsWith('/batch')
    ? 'sign each order of a batch with signMessage()'
    : `name it in "operations": { '${path.slice(0, 64)}': 'type' }`
  return fail(codeOf(draft), `Pacifica must know what "${path.slice(0, 64)}" is called in what is signed: ${hint}`)
}

/** The account that is acted for: another one's where the key is its agent's. */
function accountOf({ key, options }: Draft): string {
  if (!ADDRESS.test(key))
    fail('ARGUMENT_INVALID', '"key" must be one whose key id is its address in base58, from solanaKey()')
  const { account = key } = options
  return typeof account === 'string' && ADDRESS.test(account)
    ? account
    : fail('ARGUMENT_INVALID', `"account" must be an address in base58, got ${kindOf(account)}`)
}

const agentOf = ({ key, options }: Draft): string | undefined =>
  options['account'] === undefined || options['account'] === key ? undefined : key

/** Header and data of an operation. The account is in neither: whose agent the key is, the exchange knows. */
function operationBase(draft: Draft, type: string, data: Readonly<Record<string, unknown>>): string {
  const { time, window } = draft
  const code = codeOf(draft)
  return `{"data":${sortedJson(data, code)},"expiry_window":${window},"timestamp":${time},"type":${sortedJson(type, code)}}`
}

/** The members of a body that are the operation's own. */
function dataOf(draft: Draft, type: string): Readonly<Record<string, unknown>> {
  const members = Object.entries(plainMembers(draft.body, codeOf(draft)))
  return Object.fromEntries(
    members.filter(([name]) => !UNSIGNED.includes(name) && (name !== 'agent_wallet' || type === BIND)),
  )
}

/** Account, time, window and signature as members of the body. */
export const operationPlace: Place = {
  parts: ['json'],
  list: [],
  sign: 'signature',
  put: (draft) => {
    const { method, body, time, window } = draft
    if (method !== 'POST')
      fail('ARGUMENT_INVALID', 'Pacifica signs POST with json; what is read is not signed: use plain fetch')
    const type = operationOf(draft)
    const agent = agentOf(draft)
    if (type === BIND && agent !== undefined)
      fail('ARGUMENT_INVALID', `"account" must be left out for ${BIND}, which the account itself signs`)
    const text = body === '' ? '{}' : body
    const given = plainMembers(text, 'ARGUMENT_INVALID')
    for (const name of type === BIND ? UNSIGNED : [...UNSIGNED, 'agent_wallet'])
      if (given[name] !== undefined)
        fail('MESSAGE_MALFORMED', `the request has a "${name}" already: it is added when the request leaves`)
    const head = { account: accountOf(draft), ...(agent !== undefined && { agent_wallet: agent }) }
    const members = `${JSON.stringify(head).slice(1, -1)},"timestamp":${time},"expiry_window":${window}`
    draft.body = withMembers(text, members, true)
  },
  putSign: (draft) => {
    draft.body = withMembers(draft.body, `"signature":"${draft.sign}"`, false)
  },
  read: (draft) => {
    if (!/^\s*\{/.test(draft.body) || !/"signature"/.test(draft.body)) return 0
    const {
      account,
      agent_wallet: agent,
      signature,
      timestamp,
      expiry_window,
    } = plainMembers(draft.body, 'AUTH_MALFORMED')
    if (signature === undefined || account === undefined) return 0
    if (draft.method !== 'POST') fail('AUTH_MALFORMED', 'the method must be POST')
    assertNoQuery(draft)
    readHead(draft, { account, agent, signature })
    draft.time = String(timestamp)
    draft.window = String(expiry_window)
    assertWindow(draft)
    return 2
  },
}

/** What neither side may leave out: the exchange takes 30 seconds for one that is not given, which is signed in another way. */
function assertWindow({ window }: Draft): void {
  if (!/^[1-9]\d{0,7}$/.test(window)) fail('AUTH_MALFORMED', '"expiry_window" must be milliseconds')
}

/** Whose signature it is: the agent's where one is named. */
function readHead(
  draft: Draft,
  { account, agent, signature }: { readonly account: unknown; readonly agent: unknown; readonly signature: unknown },
): void {
  // Some official examples send null where there is none. To bind an agent is signed by the account, and names the agent.
  const key = draft.path !== '/' && operationOf({ ...draft, sign: 'received' }) === BIND ? account : (agent ?? account)
  for (const one of [account, key])
    if (typeof one !== 'string' || !ADDRESS.test(one))
      fail('AUTH_MALFORMED', 'the account must be an address in base58')
  if (typeof signature !== 'string') fail('SIGNATURE_MALFORMED', '"signature" must be base58')
  draft.key = key as string
  draft.sign = signature as string
}

/** One operation of the socket. */
export const operation = (type: string): MessageSpec => ({
  base: (draft) => {
    const { data } = draft.options
    if (typeof data !== 'object' || data === null || Array.isArray(data))
      return fail(codeOf(draft), `"data" must be the parameters of ${type}, got ${kindOf(data)}`)
    for (const name of [...UNSIGNED, 'agent_wallet'])
      if (Object.hasOwn(data, name)) fail(codeOf(draft), `"data" must have no member "${name}"`)
    return operationBase(draft, type, data as Readonly<Record<string, unknown>>)
  },
  template: {
    id: '$id',
    params: {
      [type]: {
        account: asMade('@account', accountOf),
        agent_wallet: asMade('@agent', agentOf),
        signature: '$sign',
        timestamp: '#time',
        expiry_window: '#window',
        '@data': '',
      },
    },
  },
  read: (draft) => {
    const { account, agent } = draft.options
    assertWindow(draft)
    readHead(draft, { account, agent, signature: draft.sign })
  },
})

/** What is signed of a request: the operation that its path names. */
export function requestText(draft: Draft): string {
  const type = operationOf(draft)
  return operationBase(draft, type, dataOf(draft, type))
}
