import { encode } from '@msgpack/msgpack'
import * as nktkas from '@nktkas/hyperliquid/api/exchange'
import { createL1ActionHash, signL1Action, signUserSignedAction } from '@nktkas/hyperliquid/signing'
import { TypedDataEncoder, Wallet } from 'ethers'
import fc from 'fast-check'
import { hashMessage, hashTypedData } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { keccak256 } from '../../src/crypto/backend/secp256k1.js'
import { hex } from '../../src/crypto/encoding.js'
import { isCountersignError } from '../../src/errors.js'
import {
  connectionId,
  type HyperliquidCall,
  hyperliquidBase,
  SIGNATURE_CHAIN_ID,
  USER_SIGNED,
} from '../../src/exchange/families/hyperliquid-actions.js'
import { signatureMembers, signatureOfMembers } from '../../src/exchange/families/wallet-signature.js'
import { signHyperliquidAction } from '../../src/exchange/orders/hyperliquid.js'
import {
  messagePack,
  personalMessageBase,
  remoteWalletKey,
  type TypedData,
  type TypedDataField,
  typedDataBase,
  walletKey,
} from '../../src/exchange/wallet/index.js'

/*
 * Typed data against viem and ethers, MessagePack against its official package, Hyperliquid against the client that most bots use.
 * The same 1 000 inputs in every run.
 */
const RUNS = { numRuns: 1_000, seed: 712 }
const privateKey = `0x${'0123456789012345678901234567890123456789012345678901234567890123'}` as const
const key = walletKey({ privateKey })
const account = privateKeyToAccount(privateKey)

const bytesText = (length: { minLength?: number; maxLength?: number }): fc.Arbitrary<string> =>
  fc.uint8Array(length).map((bytes) => `0x${hex(bytes)}`)
const sized = (size: number): fc.Arbitrary<string> => bytesText({ minLength: size, maxLength: size })

/** A type with values of it. */
interface Kind {
  readonly type: string
  readonly value: fc.Arbitrary<unknown>
}
const ATOMS: readonly Kind[] = [
  { type: 'string', value: fc.string({ unit: 'binary' }) },
  { type: 'bytes', value: bytesText({ maxLength: 70 }) },
  { type: 'bool', value: fc.boolean() },
  { type: 'address', value: sized(20) },
  ...[1, 4, 20, 31, 32].map((size) => ({ type: `bytes${size}`, value: sized(size) })),
  ...[8, 16, 64, 128, 256].flatMap((bits) => [
    { type: `uint${bits}`, value: fc.bigInt(0n, 2n ** BigInt(bits) - 1n) },
    { type: `int${bits}`, value: fc.bigInt(-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n) },
  ]),
]
const list = ({ type, value }: Kind): fc.Arbitrary<Kind> =>
  fc.oneof(
    fc.constant({ type: `${type}[]`, value: fc.array(value, { maxLength: 3 }) }),
    fc.constant({ type: `${type}[2]`, value: fc.array(value, { minLength: 2, maxLength: 2 }) }),
  )
const atom = fc.constantFrom(...ATOMS)
const kind = fc.oneof(atom, atom.chain(list), atom.chain(list).chain(list))

interface Struct {
  readonly fields: readonly TypedDataField[]
  readonly value: fc.Arbitrary<Record<string, unknown>>
}
const structOf = (kinds: readonly Kind[]): Struct => ({
  fields: kinds.map(({ type }, at) => ({ name: `m${at}`, type })),
  value: fc.record(Object.fromEntries(kinds.map(({ value }, at) => [`m${at}`, value]))),
})

/** A primary struct that holds two others, one of them in a list, with every other type among their members. */
const typedData: fc.Arbitrary<TypedData> = fc
  .tuple(...[0, 1, 2].map(() => fc.array(kind, { minLength: 1, maxLength: 4 })))
  .chain(([first = [], second = [], third = []]) => {
    const [inner, item] = [structOf(second), structOf(third)]
    const outer = structOf([
      ...first,
      { type: 'Zed', value: inner.value },
      { type: 'Able[]', value: fc.array(item.value, { maxLength: 3 }) },
    ])
    return fc.record({
      types: fc.constant({ Outer: outer.fields, Zed: inner.fields, Able: item.fields }),
      primaryType: fc.constant('Outer'),
      domain: fc.record(
        {
          name: fc.string(),
          version: fc.string(),
          chainId: fc.nat(),
          verifyingContract: sized(20),
          salt: sized(32),
        },
        { requiredKeys: ['name'] },
      ),
      message: outer.value,
    })
  })

const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.constantFrom(
      0,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      2 ** 32 - 1,
      2 ** 32,
      -1,
      -32,
      -33,
      -128,
      -129,
      -(2 ** 31) - 1,
    ),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 20 }),
  ),
})).value

describe('typed data', () => {
  test('hashes as viem and ethers hash it', () => {
    fc.assert(
      fc.property(typedData, (typed) => {
        const own = `0x${hex(keccak256(typedDataBase(typed)))}`
        expect(own).toBe(hashTypedData(typed as never))
        expect(own).toBe(TypedDataEncoder.hash(typed.domain as never, typed.types as never, typed.message))
      }),
      RUNS,
    )
  })

  test('is signed with the same bytes by a key, by a viem account and by an ethers wallet', async () => {
    const wallet = new Wallet(privateKey)
    const { address } = key
    expect([account.address, wallet.address]).toEqual([address, address])
    const viem = remoteWalletKey({ address, signTypedData: (typed) => account.signTypedData(typed as never) })
    const ethers = remoteWalletKey({
      address,
      signTypedData: ({ domain, types, message }) => wallet.signTypedData(domain as never, types as never, message),
    })
    for (const typed of fc.sample(typedData, { numRuns: 30, seed: RUNS.seed })) {
      const base = typedDataBase(typed)
      const own = key.sign(base)
      expect(await viem.sign(base)).toEqual(own)
      expect(await ethers.sign(base)).toEqual(own)
    }
  })

  test('personal messages hash as viem hashes them', () => {
    for (const text of fc.sample(fc.string({ unit: 'binary' }), { numRuns: 200, seed: RUNS.seed }))
      expect(`0x${hex(keccak256(personalMessageBase(text)))}`).toBe(hashMessage(text))
  })
})

test('MessagePack is that of its official package', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(hex(messagePack(value, 'value'))).toBe(hex(encode(value, { maxDepth: 1_000 })))
    }),
    RUNS,
  )
})

/** What a call gives; `undefined` where it is refused. */
function refusedOr<T>(step: () => T): T | undefined {
  try {
    return step()
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return undefined
  }
}

describe('Hyperliquid', () => {
  const decimal = fc
    .tuple(fc.nat(100_000), fc.integer({ min: 0, max: 99_999_999 }))
    .map(([whole, part]) => `${whole}.${String(part).padStart(8, '0')}`.replace(/\.?0+$/, ''))
  const order = fc
    .record(
      {
        a: fc.nat(20_000),
        b: fc.boolean(),
        p: decimal,
        s: decimal,
        r: fc.boolean(),
        t: fc.oneof(
          fc.record({ limit: fc.record({ tif: fc.constantFrom('Alo', 'Ioc', 'Gtc') }) }),
          fc.record({
            trigger: fc.record({ isMarket: fc.boolean(), triggerPx: decimal, tpsl: fc.constantFrom('tp', 'sl') }),
          }),
        ),
        c: sized(16),
      },
      { requiredKeys: ['a', 'b', 'p', 's', 'r', 't'] },
    )
    .map((one) => one as Readonly<Record<string, unknown>>)
  const action = fc.oneof(
    fc.record({
      type: fc.constant('order'),
      orders: fc.array(order, { minLength: 1, maxLength: 4 }),
      grouping: fc.constantFrom('na', 'normalTpsl', 'positionTpsl'),
    }),
    fc.record({ type: fc.constant('cancel'), cancels: fc.array(fc.record({ a: fc.nat(), o: fc.maxSafeInteger() })) }),
    fc.record({ type: fc.constant('updateLeverage'), asset: fc.nat(), isCross: fc.boolean(), leverage: fc.nat(50) }),
    fc.record({
      type: fc.constant('vaultTransfer'),
      vaultAddress: sized(20),
      isDeposit: fc.boolean(),
      usd: fc.maxSafeInteger(),
    }),
  )
  const call = fc.record(
    {
      action,
      // Of 10 or 16 digits it would be in another unit.
      nonce: fc.integer({ min: 10 ** 12, max: 10 ** 13 - 1 }),
      vaultAddress: sized(20),
      expiresAfter: fc.integer({ min: 10 ** 12, max: 10 ** 13 - 1 }),
    },
    { requiredKeys: ['action', 'nonce'] },
  ) as fc.Arbitrary<HyperliquidCall>

  test('hashes actions as @nktkas/hyperliquid does', () => {
    fc.assert(
      fc.property(call, (one) => {
        expect(`0x${hex(connectionId(one))}`).toBe(createL1ActionHash(one as never))
      }),
      RUNS,
    )
  })

  test('signs actions as it does, on both networks', async () => {
    for (const one of fc.sample(call, { numRuns: 50, seed: RUNS.seed }))
      for (const isTestnet of [false, true]) {
        const theirs = await signL1Action({
          wallet: account,
          isTestnet,
          ...(one as never as { action: object }),
        } as never)
        const own = `0x${hex(key.sign(hyperliquidBase(one, isTestnet ? 'Testnet' : 'Mainnet')))}`
        expect(own).toBe(signatureOfMembers(theirs))
        expect(signatureMembers(own)).toEqual(theirs)
        const environment = isTestnet ? 'testnet' : 'live'
        const { body } = signHyperliquidAction({ ...(one as typeof one & { action: object }), key, environment })
        expect(JSON.parse(body).signature).toEqual(theirs)
      }
  })

  /** The call with one digit or letter of its JSON exchanged, wherever that is another call. */
  function* changed(one: HyperliquidCall): Generator<HyperliquidCall> {
    const text = JSON.stringify(one)
    for (let at = 0; at < text.length; at++) {
      const char = text[at] as string
      if (!/[0-9a-zA-Z]/.test(char)) continue
      try {
        yield JSON.parse(text.slice(0, at) + (char === '1' ? '2' : '1') + text.slice(at + 1))
      } catch {
        // `true` with a digit inside, and a number that begins with a zero, are no JSON.
      }
    }
  }

  test('signs what it signs with every character of an action exchanged, or nothing', async () => {
    let signed = 0
    for (const one of fc.sample(call, { numRuns: 8, seed: RUNS.seed })) {
      const sign = (made: HyperliquidCall): string =>
        signHyperliquidAction({ ...(made as typeof made & { action: Record<string, unknown> }), key }).body
      const { signature: before } = JSON.parse(sign(one))
      for (const other of changed(one)) {
        const body = refusedOr(() => sign(other))
        // A member by another name is refused here, where it would be left out of what is signed or sent.
        if (body === undefined) continue
        signed++
        const { signature, ...sent } = JSON.parse(body)
        expect(sent).toEqual(other)
        expect([other, signature]).toEqual([
          other,
          await signL1Action({ wallet: account, ...(other as never as object) } as never),
        ])
        expect([other, signature]).not.toEqual([other, before])
      }
    }
    expect(signed).toBeGreaterThan(200)
  })

  // Theirs are exported as UsdSendTypes and so on, each a table of one struct.
  const theirs = new Map(
    Object.entries(nktkas).flatMap(([name, value]) =>
      name.endsWith('Types') ? Object.entries(value as Readonly<Record<string, readonly TypedDataField[]>>) : [],
    ),
  )
  test('knows every action that it signs member by member, with the same members', () => {
    const own = new Map(Object.values(USER_SIGNED).map(({ primaryType, fields }) => [primaryType, fields]))
    const unknown = [...theirs.keys()].filter((name) => !own.has(name))
    expect(unknown).toEqual([])
    for (const [name, fields] of theirs) expect(own.get(name), name).toEqual(fields)
  })

  test.each(Object.entries(USER_SIGNED))('signs %s as it does', async (type, { primaryType, nonce, fields }) => {
    const values: Readonly<Record<string, unknown>> = {
      string: 'text',
      address: `0x${'ab'.repeat(20)}`,
      bool: true,
      uint64: 12_345,
      uint32: 8453,
      bytes: '0xabcd',
    }
    const nowMs = 1_700_000_000_123
    const action = {
      type,
      ...Object.fromEntries(fields.map((field) => [field.name, values[field.type]])),
      hyperliquidChain: 'Mainnet',
      signatureChainId: SIGNATURE_CHAIN_ID,
      [nonce]: nowMs,
    }
    const made = await signUserSignedAction({
      wallet: account,
      action: action as never,
      types: { [primaryType]: fields.map((field) => ({ ...field })) },
    })
    expect(`0x${hex(key.sign(hyperliquidBase({ action, nonce: nowMs }, 'Mainnet')))}`).toBe(signatureOfMembers(made))
    expect(JSON.parse(signHyperliquidAction({ action, key, nonce: nowMs }).body)).toEqual({
      ...{ action, nonce: nowMs },
      signature: made,
    })
  })
})
