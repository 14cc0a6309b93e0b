import type { ProtoMessage } from '../wallet/protobuf.js'

// dydxprotocol/v4-chain, proto/dydxprotocol/{subaccounts,clob,sending,accountplus}. Deprecated values are there as well: orders
// of before still have them.

const SUBACCOUNT = { owner: [1, 'string'], number: [2, 'uint32'] } as const satisfies ProtoMessage

const ORDER_ID = {
  subaccount_id: [1, SUBACCOUNT],
  client_id: [2, 'fixed32'],
  order_flags: [3, 'uint32'],
  clob_pair_id: [4, 'uint32'],
} as const satisfies ProtoMessage

const GOOD_TIL = 'one of good_til_oneof'

const ORDER = {
  order_id: [1, ORDER_ID],
  side: [2, ['SIDE_UNSPECIFIED', 'SIDE_BUY', 'SIDE_SELL']],
  quantums: [3, 'uint64'],
  subticks: [4, 'uint64'],
  good_til_block: [5, 'uint32', GOOD_TIL],
  good_til_block_time: [6, 'fixed32', GOOD_TIL],
  time_in_force: [
    7,
    ['TIME_IN_FORCE_UNSPECIFIED', 'TIME_IN_FORCE_IOC', 'TIME_IN_FORCE_POST_ONLY', 'TIME_IN_FORCE_FILL_OR_KILL'],
  ],
  reduce_only: [8, 'bool'],
  client_metadata: [9, 'uint32'],
  condition_type: [10, ['CONDITION_TYPE_UNSPECIFIED', 'CONDITION_TYPE_STOP_LOSS', 'CONDITION_TYPE_TAKE_PROFIT']],
  conditional_order_trigger_subticks: [11, 'uint64'],
  twap_parameters: [12, { duration: [1, 'uint32'], interval: [2, 'uint32'], price_tolerance: [3, 'uint32'] }],
  builder_code_parameters: [13, { builder_address: [1, 'string'], fee_ppm: [2, 'uint32'] }],
  order_router_address: [14, 'string'],
} as const satisfies ProtoMessage

const TRANSFER = {
  sender: [1, SUBACCOUNT],
  recipient: [2, SUBACCOUNT],
  asset_id: [3, 'uint32'],
  amount: [4, 'uint64'],
} as const satisfies ProtoMessage

/** A message that a transaction can hold: its fields, and where in it the account stands that must sign. */
export interface ChainMessage {
  readonly fields: ProtoMessage
  readonly signer: readonly string[]
}

/** By the name of its type, which a transaction states. */
export const DYDX_MESSAGES: Readonly<Record<string, ChainMessage>> = {
  '/dydxprotocol.clob.MsgPlaceOrder': {
    fields: { order: [1, ORDER] },
    signer: ['order', 'order_id', 'subaccount_id', 'owner'],
  },
  '/dydxprotocol.clob.MsgCancelOrder': {
    fields: {
      order_id: [1, ORDER_ID],
      good_til_block: [2, 'uint32', GOOD_TIL],
      good_til_block_time: [3, 'fixed32', GOOD_TIL],
    },
    signer: ['order_id', 'subaccount_id', 'owner'],
  },
  '/dydxprotocol.clob.MsgBatchCancel': {
    fields: {
      subaccount_id: [1, SUBACCOUNT],
      short_term_cancels: [2, { clob_pair_id: [1, 'uint32'], client_ids: [2, 'uint32', 'repeated'] }, 'repeated'],
      good_til_block: [3, 'uint32'],
    },
    signer: ['subaccount_id', 'owner'],
  },
  '/dydxprotocol.clob.MsgUpdateLeverage': {
    fields: {
      subaccount_id: [1, SUBACCOUNT],
      clob_pair_leverage: [2, { clob_pair_id: [1, 'uint32'], custom_imf_ppm: [2, 'uint32'] }, 'repeated'],
    },
    signer: ['subaccount_id', 'owner'],
  },
  '/dydxprotocol.vault.MsgDepositToMegavault': {
    fields: { subaccount_id: [1, SUBACCOUNT], quote_quantums: [2, 'bytes'] },
    signer: ['subaccount_id', 'owner'],
  },
  '/dydxprotocol.vault.MsgWithdrawFromMegavault': {
    fields: {
      subaccount_id: [1, SUBACCOUNT],
      shares: [2, { num_shares: [2, 'bytes'] }],
      min_quote_quantums: [3, 'bytes'],
    },
    signer: ['subaccount_id', 'owner'],
  },
  '/dydxprotocol.sending.MsgCreateTransfer': {
    fields: { transfer: [1, TRANSFER] },
    signer: ['transfer', 'sender', 'owner'],
  },
  '/dydxprotocol.sending.MsgDepositToSubaccount': {
    fields: {
      sender: [1, 'string'],
      recipient: [2, SUBACCOUNT],
      asset_id: [3, 'uint32'],
      quantums: [4, 'uint64'],
    },
    signer: ['sender'],
  },
  '/dydxprotocol.sending.MsgWithdrawFromSubaccount': {
    fields: {
      // In the order of the file, in which the official client writes them.
      sender: [2, SUBACCOUNT],
      recipient: [1, 'string'],
      asset_id: [3, 'uint32'],
      quantums: [4, 'uint64'],
    },
    signer: ['sender', 'owner'],
  },
  '/dydxprotocol.accountplus.MsgAddAuthenticator': {
    fields: { sender: [1, 'string'], authenticator_type: [2, 'string'], data: [3, 'bytes'] },
    signer: ['sender'],
  },
  '/dydxprotocol.accountplus.MsgRemoveAuthenticator': {
    fields: { sender: [1, 'string'], id: [2, 'uint64'] },
    signer: ['sender'],
  },
}
