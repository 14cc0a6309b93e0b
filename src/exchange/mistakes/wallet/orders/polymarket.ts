import type { Mistake } from '../../../../schemes/scheme/mistakes.js'
import { isObject } from '../../../spec/json-text.js'
import { POLYMARKET_CONTRACTS, POLYMARKET_ORDER, POLYMARKET_WRAPPED } from '../../../wallet/polymarket-structs.js'
import type { TypedData, TypedDataField } from '../../../wallet/typed-data.js'
import { ofContent, signaturesIn, type WalletFault, type WalletReading, type WalletState } from '../reading.js'
import { TYPED_MISTAKES } from '../typed-mistakes.js'

/** An order, and the contract that it is for. */
interface Content {
  readonly order: Readonly<Record<string, unknown>>
  readonly version: string
  readonly contract: string
  readonly chainId: number
  readonly types: Readonly<Record<'Order', readonly TypedDataField[]>>
  /** Inside the domain of a deposit wallet. */
  readonly wrapped: boolean
}

const POLYGON = 137
const AMOY = 80_002
const DEPOSIT_WALLET = 3
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`
const ZERO = `0x${'0'.repeat(64)}`

/** The contracts before version 2: Polymarket/clob-client, src/config.ts, and ctf-exchange, Order of OrderStructs.sol. */
const OLDER: ReadonlyArray<readonly [name: string, contract: string]> = [
  ['version 1', '0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e'],
  ['version 1, negative risk', '0xc5d563a36ae78145c45a50134d48a1215220f80a'],
]
const OLDER_ORDER: Content['types'] = {
  Order: [
    ...[
      ['uint256', 'salt'],
      ['address', 'maker'],
      ['address', 'signer'],
      ['address', 'taker'],
      ['uint256', 'tokenId'],
    ],
    ...[
      ['uint256', 'makerAmount'],
      ['uint256', 'takerAmount'],
      ['uint256', 'expiration'],
      ['uint256', 'nonce'],
    ],
    ...[
      ['uint256', 'feeRateBps'],
      ['uint8', 'side'],
      ['uint8', 'signatureType'],
    ],
  ].map(([type = '', name = '']) => ({ name, type })),
}

function typed({ order, version, contract, chainId, types, wrapped }: Content): TypedData {
  const domain = { name: 'Polymarket CTF Exchange', version, chainId, verifyingContract: contract }
  const message = Object.fromEntries((types['Order'] ?? []).map(({ name }) => [name, order[name]]))
  if (!wrapped) return { types, primaryType: 'Order', domain, message }
  const wallet = { name: 'DepositWallet', version: '1', chainId, verifyingContract: order['signer'], salt: ZERO }
  return { types: POLYMARKET_WRAPPED, primaryType: 'TypedDataSign', domain, message: { contents: message, ...wallet } }
}

const change = (one: Content, members: Content['order']): Content => ({ ...one, order: { ...one.order, ...members } })

const whole = (value: unknown): bigint | undefined => {
  try {
    return BigInt(value as string)
  } catch {
    return undefined
  }
}
const UNITS = 1_000_000n

const CONTRACTS: ReadonlyArray<readonly [exchange: string, chainId: number, version: string, contract: string]> =
  Object.entries(POLYMARKET_CONTRACTS).flatMap(([name, byChain]) =>
    Object.entries(byChain).map(
      ([chainId, [version, contract]]) => [name, Number(chainId), version, contract] as const,
    ),
  )

function* forContracts(one: Content, isOwnChain: boolean): Iterable<readonly [Content, string]> {
  for (const [name, chainId, version, contract] of CONTRACTS)
    if ((chainId === one.chainId) === isOwnChain)
      yield [{ ...one, version, contract, chainId }, `${name} on chain ${chainId}`]
}

const MISTAKES: ReadonlyArray<Mistake<WalletState<Content>>> = [
  {
    ...ofContent<Content>(
      'polymarket-exchange',
      'contract',
      1,
      'The order is signed for another of the current contracts than the usual one: right for the markets of that contract alone.',
      'Ask the market (neg_risk, and the version of its exchange) and sign for its contract: v2, v2-neg-risk or v3.',
      (one) => forContracts(one, true),
    ),
    agreed: true,
  },
  ofContent(
    'polymarket-network',
    'contract',
    1,
    'The order was signed for the contract of the other network: 137 is Polygon, where the orders of clob.polymarket.com are, 80002 is Amoy for tests.',
    'Give the client the chain of the host that the order is sent to: chain_id=137 (POLYGON) for clob.polymarket.com.',
    (one) => forContracts(one, false),
  ),
  ofContent(
    'polymarket-older-contract',
    'contract',
    1,
    'The order was signed as the contracts of version 1 have it: another struct (taker, expiration, nonce, feeRateBps) and domain version "1".',
    'Use a client of the current version (clob-client-v2): salt to signatureType, then timestamp, metadata and builder.',
    function* (one) {
      for (const [name, contract] of OLDER)
        yield [
          change(
            { ...one, version: '1', contract, types: OLDER_ORDER, wrapped: false },
            { taker: ZERO_ADDRESS, expiration: '0', nonce: '0', feeRateBps: '0', ...one.order },
          ),
          name,
        ]
    },
  ),
  ofContent(
    'polymarket-accounts',
    'accounts',
    1,
    'Another maker or signer was signed than was sent: the funder (proxy, Safe or deposit wallet) and the account of the key were mixed up.',
    '"maker" is the address that holds the funds (the one of your profile), "signer" the address of the key; they are one for signatureType 0 and 3.',
    function* (one) {
      const { maker, signer } = one.order
      yield [change(one, { maker: signer }), 'the signer as maker']
      yield [change(one, { signer: maker }), 'the maker as signer']
      yield [change(one, { maker: signer, signer: maker }), 'maker and signer swapped']
    },
  ),
  ofContent(
    'polymarket-signature-type',
    'signature type',
    1,
    'Another signatureType was signed than was sent.',
    '0 for a key of its own, 1 for the wallet of an e-mail login, 2 for a Safe (browser wallet), 3 for a deposit wallet; sign and send the same one.',
    function* (one) {
      for (const signatureType of [0, 1, 2, DEPOSIT_WALLET])
        yield [{ ...change(one, { signatureType }), wrapped: false }, `signatureType ${signatureType}`]
    },
  ),
  ofContent(
    'polymarket-wrapped',
    'types',
    1,
    'The order of a deposit wallet was signed as it is, or one of another account inside the domain of a wallet.',
    'With signatureType 3 sign the order inside the domain of the wallet (ERC-7739, TypedDataSign); with 0, 1 and 2 the order alone.',
    function* (one) {
      yield [{ ...one, wrapped: !one.wrapped }]
    },
  ),
  ofContent(
    'polymarket-side',
    'side',
    1,
    'The other side was signed than was sent.',
    'BUY is 0, SELL is 1; the API takes the words, and the number is signed.',
    function* (one) {
      for (const side of [0, 1]) yield [change(one, { side }), `side ${side}`]
    },
  ),
  ofContent(
    'polymarket-amounts',
    'amounts',
    1,
    'Other amounts were signed than were sent: in whole tokens, or maker and taker swapped.',
    'Amounts are in millionths (6 decimals). To buy, makerAmount is what is paid; to sell, it is the shares.',
    function* (one) {
      const { makerAmount, takerAmount } = one.order
      yield [change(one, { makerAmount: takerAmount, takerAmount: makerAmount }), 'swapped']
      const [maker, taker] = [whole(makerAmount), whole(takerAmount)]
      if (maker === undefined || taker === undefined) return
      yield [change(one, { makerAmount: maker / UNITS, takerAmount: taker / UNITS }), 'in whole tokens']
      yield [change(one, { makerAmount: maker * UNITS, takerAmount: taker * UNITS }), 'multiplied twice']
    },
  ),
  ofContent(
    'polymarket-numbers',
    'numbers',
    2,
    'A number lost digits before it was signed: salt or token id went through a floating-point number.',
    'Keep salt within 2^53, and hand token ids over as text or bigint, never as a JSON number.',
    function* (one) {
      for (const name of ['salt', 'tokenId']) {
        const value = whole(one.order[name])
        if (value !== undefined) yield [change(one, { [name]: BigInt(Number(value)) }), name]
      }
    },
  ),
  ofContent(
    'polymarket-timestamp',
    'timestamp',
    2,
    'Another time was signed than was sent, or in another unit.',
    'Take the time in milliseconds once, sign it and send it.',
    function* (one) {
      const value = whole(one.order['timestamp'])
      if (value === undefined) return
      yield [change(one, { timestamp: value / 1000n }), 'in seconds']
      yield [change(one, { timestamp: value * 1000n }), 'in microseconds']
      for (let away = 1n; away <= 20n; away++)
        for (const timestamp of [value - away, value + away])
          yield [change(one, { timestamp }), `${away} ms ${timestamp < value ? 'earlier' : 'later'}`]
    },
  ),
  ...(TYPED_MISTAKES as unknown as ReadonlyArray<Mistake<WalletState<Content>>>),
]

const BY_MAKER: WalletFault = {
  id: 'polymarket-signed-by-maker',
  cause: 'The key of "maker" signed, and the order names another account as its signer.',
  fix: 'Name the account of the key as "signer"; the maker is the account whose funds are used.',
}

const sideOf = (side: unknown): unknown => (side === 'BUY' ? 0 : side === 'SELL' ? 1 : side)

/** A request that carries an order of Polymarket; the first one of several. */
export function readPolymarketOrder(body: unknown, testnet = false): WalletReading<Content> | undefined {
  const first = Array.isArray(body) ? body[0] : body
  const order = isObject(first) && isObject(first['order']) ? first['order'] : undefined
  if (order === undefined || order['tokenId'] === undefined || order['makerAmount'] === undefined) return undefined
  const chainId = testnet ? AMOY : POLYGON
  // Not every contract is on the test network.
  const [, , version = '', contract = ''] = CONTRACTS.find((one) => one[1] === chainId) ?? []
  const isWallet = Number(order['signatureType']) === DEPOSIT_WALLET
  const signature = String(order['signature'] ?? '')
  const [stated, maker] = [order['signer'], order['maker']].map((one) => String(one).toLowerCase())
  return {
    content: {
      order: { metadata: ZERO, builder: ZERO, ...order, side: sideOf(order['side']) },
      ...{ version, contract, chainId, types: POLYMARKET_ORDER, wrapped: isWallet },
    },
    typed,
    mistakes: MISTAKES,
    signText: signature,
    // A deposit wallet takes the order and its type behind the signature.
    signatures: signaturesIn(isWallet ? signature.slice(0, 132) : signature, false),
    ...(!isWallet && stated !== undefined && /^0x[0-9a-f]{40}$/.test(stated) && { stated }),
    others: maker === undefined || maker === stated ? [] : [[maker, BY_MAKER]],
  }
}
