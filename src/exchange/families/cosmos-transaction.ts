import { base64, base64Decode, hex, hexDecode } from '../../crypto/encoding.js'
import { fail, kindOf, nearest } from '../../errors.js'
import { isObject } from '../spec/json-text.js'
import { cosmosAddress } from '../wallet/cosmos-key.js'
import { type ProtoMessage, type ProtoValue, readProto, writeProto } from '../wallet/protobuf.js'
import type { ChainMessage } from './dydx-messages.js'

// cosmos/cosmos-sdk, proto/cosmos/tx/v1beta1/tx.proto; ADR 20 for what is signed.

const ANY = { type_url: [1, 'string'], value: [2, 'bytes'] } as const satisfies ProtoMessage

const BODY = {
  messages: [1, ANY, 'repeated'],
  memo: [2, 'string'],
  timeout_height: [3, 'uint64'],
  non_critical_extension_options: [2047, ANY, 'repeated'],
} as const satisfies ProtoMessage

const DIRECT = 'SIGN_MODE_DIRECT'
const COIN = { denom: [1, 'string'], amount: [2, 'string'] } as const satisfies ProtoMessage

const AUTH_INFO = {
  signer_infos: [
    1,
    {
      public_key: [1, ANY],
      mode_info: [2, { single: [1, { mode: [1, ['SIGN_MODE_UNSPECIFIED', DIRECT]] }] }],
      sequence: [3, 'uint64'],
    },
    'repeated',
  ],
  // Without a payer: another account that pays has to sign as well.
  fee: [2, { amount: [1, COIN, 'repeated'], gas_limit: [2, 'uint64'] }],
} as const satisfies ProtoMessage

const RAW = {
  body_bytes: [1, 'bytes'],
  auth_info_bytes: [2, 'bytes'],
  signatures: [3, 'bytes', 'repeated'],
} as const satisfies ProtoMessage

const SIGN_DOC = {
  body_bytes: [1, 'bytes'],
  auth_info_bytes: [2, 'bytes'],
  chain_id: [3, 'string'],
  account_number: [4, 'uint64'],
} as const satisfies ProtoMessage

const PUBLIC_KEY = { key: [1, 'bytes'] } as const satisfies ProtoMessage
const PUBLIC_KEY_TYPE = '/cosmos.crypto.secp256k1.PubKey'
// dydxprotocol/v4-chain, accountplus/tx.proto: which of an account's authenticators the signature is for.
const EXTENSION = { selected_authenticators: [1, 'uint64', 'repeated'] } as const satisfies ProtoMessage
const EXTENSION_TYPE = '/dydxprotocol.accountplus.TxExtension'

const CALL = ['messages', 'memo', 'timeout_height', 'fee']
/** What the official clients state for orders, which cost no gas. */
const FREE = { amount: [], gas_limit: '1000000' }
const MAX_MESSAGES = 16
const MAX_MEMO = 256

/** What a transaction says, and who for. */
export interface CosmosTransaction {
  /** 33 bytes as hexadecimal digits. */
  readonly publicKey: string
  readonly sequence: string
  /** The account that every message is of. */
  readonly account: string
  /** Ids of the account's authenticators that the key is for; none where it is the account's own. */
  readonly authenticators: readonly string[]
  /** In base64, as they are signed. */
  readonly bodyBytes: string
  readonly authInfoBytes: string
}

/** One that was received: its signature as hexadecimal digits, and its messages, `@type` first. */
export interface ReceivedTransaction extends CosmosTransaction {
  readonly signature: string
  readonly messages: readonly ProtoValue[]
}

/** What the chain's messages are, and what its addresses start with. */
export interface CosmosChain {
  readonly messages: Readonly<Record<string, ChainMessage>>
  readonly prefix: string
}

type Code = 'ARGUMENT_INVALID' | 'AUTH_MALFORMED'

/** The account of one message. */
function signerIn(path: readonly string[], message: ProtoValue): unknown {
  let at: unknown = message
  for (const name of path) at = Object(at)[name]
  return at
}

/** The one account of all messages, which is the key's own unless the key is one of its authenticators. */
function accountOf(
  accounts: readonly unknown[],
  { publicKey, authenticators }: Pick<CosmosTransaction, 'publicKey' | 'authenticators'>,
  prefix: string,
  code: Code,
): string {
  const [account] = accounts
  if (typeof account !== 'string' || account === '' || accounts.some((one) => one !== account))
    return fail(code, '"messages" must each be of the one account that signs')
  const own = cosmosAddress(hexDecode(publicKey) ?? new Uint8Array(), prefix)
  if (authenticators.length === 0 && account !== own)
    fail(
      code,
      `"messages" must be of the key's own account ${own}, got another: state "authenticators" for a permissioned key`,
    )
  return account
}

/**
 * A call as a transaction, before it is signed: `{ messages, memo, timeout_height, fee }` with messages in the JSON of the chain,
 * `@type` first.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit.
 */
export function makeTransaction(
  { messages: known, prefix }: CosmosChain,
  call: unknown,
  signer: Pick<CosmosTransaction, 'publicKey' | 'sequence' | 'authenticators'>,
): CosmosTransaction {
  if (!isObject(call))
    return fail('ARGUMENT_INVALID', `the body must be { messages: [{ "@type", … }] }, got ${kindOf(call)}`)
  for (const name of Object.keys(call))
    if (!CALL.includes(name))
      fail(
        'ARGUMENT_INVALID',
        `the body must have no member "${name.slice(0, 64)}": did you mean "${nearest(name, CALL) ?? 'messages'}"?`,
      )
  const { messages, fee = FREE, memo = '', timeout_height = 0 } = call
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MAX_MESSAGES)
    return fail('ARGUMENT_INVALID', `"messages" must be a list of 1 to ${MAX_MESSAGES}, got ${kindOf(messages)}`)
  if (typeof memo === 'string' && memo.length > MAX_MEMO)
    fail('ARGUMENT_INVALID', `"memo" must be at most ${MAX_MEMO} characters`)
  const accounts: unknown[] = []
  const packed = messages.map((message: unknown, at) => {
    const { '@type': type, ...value } = Object(message) as ProtoValue
    const found = typeof type === 'string' && Object.hasOwn(known, type) ? known[type] : undefined
    if (found === undefined) {
      const near = typeof type === 'string' ? nearest(type, Object.keys(known)) : undefined
      return fail(
        'ARGUMENT_INVALID',
        `"messages[${at}].@type" must be a type of message that is known here${near === undefined ? ', such as "/dydxprotocol.clob.MsgPlaceOrder"' : `: did you mean "${near}"?`}`,
      )
    }
    accounts.push(signerIn(found.signer, value))
    return { type_url: type, value: writeProto(found.fields, value, `messages[${at}]`) }
  })
  const { publicKey, sequence, authenticators } = signer
  const extension = writeProto(EXTENSION, { selected_authenticators: authenticators }, 'authenticators')
  return {
    ...signer,
    account: accountOf(accounts, signer, prefix, 'ARGUMENT_INVALID'),
    bodyBytes: base64(
      writeProto(
        BODY,
        {
          messages: packed,
          memo,
          timeout_height,
          non_critical_extension_options:
            extension.length === 0 ? [] : [{ type_url: EXTENSION_TYPE, value: extension }],
        },
        'body',
      ),
    ),
    authInfoBytes: base64(
      writeProto(
        AUTH_INFO,
        {
          signer_infos: [
            {
              public_key: {
                type_url: PUBLIC_KEY_TYPE,
                value: writeProto(PUBLIC_KEY, { key: hexDecode(publicKey) }, 'publicKey'),
              },
              mode_info: { single: { mode: DIRECT } },
              sequence,
            },
          ],
          fee,
        },
        'body',
      ),
    ),
  }
}

/** What is signed for a transaction on one chain. */
export const signDocBase = (
  { bodyBytes, authInfoBytes }: Pick<CosmosTransaction, 'bodyBytes' | 'authInfoBytes'>,
  chainId: string,
  accountNumber: string,
): Uint8Array =>
  writeProto(
    SIGN_DOC,
    { body_bytes: bodyBytes, auth_info_bytes: authInfoBytes, chain_id: chainId, account_number: accountNumber },
    'signDoc',
  )

/** A transaction with its signature, in base64. */
export const signedTransaction = (
  { bodyBytes, authInfoBytes }: Pick<CosmosTransaction, 'bodyBytes' | 'authInfoBytes'>,
  signature: Uint8Array,
): string =>
  base64(
    writeProto(RAW, { body_bytes: bodyBytes, auth_info_bytes: authInfoBytes, signatures: [signature] }, 'transaction'),
  )

const refuse = (why: string): never => fail('AUTH_MALFORMED', `the transaction must ${why}`)

const bytesIn = (value: ProtoValue, name: string): Uint8Array =>
  base64Decode((value[name] as string | undefined) ?? '') as Uint8Array

/** The value of an `Any`, which must be of the type that is expected. */
function anyOf(value: unknown, type: string, fields: ProtoMessage): ProtoValue {
  const any = Object(value) as ProtoValue
  return any['type_url'] === type ? readProto(fields, bytesIn(any, 'value')) : refuse(`have a ${type} there`)
}

/** The signed parts of a transaction, as they are. @throws {CountersignError} `AUTH_MALFORMED`. */
export function partsOf(bytes: Uint8Array): Pick<CosmosTransaction, 'bodyBytes' | 'authInfoBytes'> {
  const raw = readProto(RAW, bytes)
  const [bodyBytes, authInfoBytes] = [raw['body_bytes'], raw['auth_info_bytes']]
  return typeof bodyBytes === 'string' && typeof authInfoBytes === 'string'
    ? { bodyBytes, authInfoBytes }
    : refuse('have a body and its authentication')
}

/**
 * A received transaction of one signer in the mode `SIGN_MODE_DIRECT`, with its signature as hexadecimal digits.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for anything else, and for messages that are not known or not of the account.
 */
export function readTransaction({ messages: known, prefix }: CosmosChain, bytes: Uint8Array): ReceivedTransaction {
  const raw = readProto(RAW, bytes)
  const parts = partsOf(bytes)
  const signatures = (raw['signatures'] ?? []) as readonly string[]
  const signature =
    signatures.length === 1 ? (base64Decode(signatures[0] as string) as Uint8Array) : refuse('have one signature')
  const { signer_infos: signers = [], fee } = readProto(AUTH_INFO, bytesIn(raw, 'auth_info_bytes'))
  const [info, ...others] = signers as readonly ProtoValue[]
  if (info === undefined || others.length > 0 || fee === undefined) return refuse('have one signer and a fee')
  const mode = Object(Object(info['mode_info']).single).mode
  if (mode !== DIRECT) refuse(`be signed in ${DIRECT}`)
  const body = readProto(BODY, bytesIn(raw, 'body_bytes'))
  const extensions = (body['non_critical_extension_options'] ?? []) as readonly unknown[]
  if (extensions.length > 1) refuse('have one extension at most')
  const { selected_authenticators: authenticators = [] } =
    extensions.length === 0 ? {} : anyOf(extensions[0], EXTENSION_TYPE, EXTENSION)
  const messages = (body['messages'] ?? []) as readonly ProtoValue[]
  if (messages.length === 0 || messages.length > MAX_MESSAGES) refuse(`have 1 to ${MAX_MESSAGES} messages`)
  const accounts: unknown[] = []
  const read = messages.map((any) => {
    const type = any['type_url'] as string
    const found = Object.hasOwn(known, type) ? known[type] : undefined
    if (found === undefined) return refuse('have only messages that are known here')
    const value = readProto(found.fields, bytesIn(any, 'value'))
    accounts.push(signerIn(found.signer, value))
    return { '@type': type, ...value }
  })
  const publicKey = hex(bytesIn(anyOf(info['public_key'], PUBLIC_KEY_TYPE, PUBLIC_KEY), 'key'))
  const found = { publicKey, authenticators: authenticators as readonly string[] }
  return {
    ...found,
    sequence: (info['sequence'] as string | undefined) ?? '0',
    account: accountOf(accounts, found, prefix, 'AUTH_MALFORMED'),
    ...parts,
    signature: hex(signature),
    messages: read,
  }
}
