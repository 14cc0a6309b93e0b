import * as starknet from '@scure/starknet'
import { grvtLogin } from '../../../src/exchange/logins/grvt.js'
import { paradexOnboarding } from '../../../src/exchange/logins/paradex.js'
import { edgexOrders } from '../../../src/exchange/orders/edgex.js'
import { extendedOrders } from '../../../src/exchange/orders/extended.js'
import { extendedPayments } from '../../../src/exchange/orders/extended-payments.js'
import { grvtOrders } from '../../../src/exchange/orders/grvt.js'
import { hyperliquidMultiSig, signHyperliquidAction } from '../../../src/exchange/orders/hyperliquid.js'
import { nadoOrders } from '../../../src/exchange/orders/nado.js'
import { paradexOrders } from '../../../src/exchange/orders/paradex.js'
import { paradexBlocks } from '../../../src/exchange/orders/paradex-blocks.js'
import { polymarketOrders } from '../../../src/exchange/orders/polymarket.js'
import {
  cosmosKey,
  cosmosMnemonicKey,
  cosmosVerifyingKey,
  remoteWalletKey,
  solanaKey,
  starkKey,
  starkVerifyingKey,
  walletKey,
  walletVerifyingKey,
} from '../../../src/exchange/wallet/index.js'
import type { OptionsRoom } from './row.js'

const ADDRESS = `0x${'1'.repeat(40)}`
const privateKey = '01'.repeat(32)
/** The parts of a mnemonic's key, without the modules that derive it. */
const MNEMONIC = {
  mnemonic: Array(12).fill('word').join(' '),
  bip39: { validateMnemonic: () => true, mnemonicToSeedSync: () => new Uint8Array(64) },
  bip32: { HDKey: { fromMasterSeed: () => ({ derive: () => ({ privateKey: new Uint8Array(32).fill(1) }) }) } },
  wordlist: Array(2048).fill('word'),
}

const { address } = walletKey({ privateKey })

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/exchange/wallet#walletKey',
      call: (extra) => walletKey({ privateKey, ...extra }),
      misspelt: [
        ['privatekey', 'privateKey'],
        ['keyid', 'keyId'],
      ],
    },
    {
      name: 'countersign/exchange/wallet#walletVerifyingKey',
      call: (extra) => walletVerifyingKey({ address, ...extra }),
      misspelt: [['adress', 'address']],
    },
    {
      name: 'countersign/exchange/wallet#cosmosKey',
      call: (extra) => cosmosKey({ privateKey, ...extra }),
      misspelt: [
        ['privatekey', 'privateKey'],
        ['prefx', 'prefix'],
      ],
    },
    {
      name: 'countersign/exchange/wallet#cosmosMnemonicKey',
      call: (extra) => cosmosMnemonicKey({ ...MNEMONIC, ...extra }),
      misspelt: [
        ['mnemonics', 'mnemonic'],
        ['wordList', 'wordlist'],
      ],
    },
    {
      name: 'countersign/exchange/wallet#cosmosVerifyingKey',
      call: (extra) => cosmosVerifyingKey({ publicKey: cosmosKey({ privateKey }).publicKey, ...extra }),
      misspelt: [['publickey', 'publicKey']],
    },
    {
      name: 'countersign/exchange/wallet#starkKey',
      call: (extra) => starkKey({ privateKey, starknet, ...extra } as never),
      misspelt: [
        ['acount', 'account'],
        ['privatekey', 'privateKey'],
      ],
    },
    {
      name: 'countersign/exchange/wallet#starkVerifyingKey',
      call: (extra) => starkVerifyingKey({ publicKey: '0x1', starknet, ...extra } as never),
      misspelt: [['publickey', 'publicKey']],
    },
    {
      name: 'countersign/exchange/orders/extended#extendedOrders',
      call: (extra) =>
        extendedOrders({ key: starkKey({ privateKey, starknet }), position: 1, markets: {}, ...extra } as never),
      misspelt: [
        ['enviroment', 'environment'],
        ['market', 'markets'],
      ],
    },
    {
      name: 'countersign/exchange/orders/extended-payments#extendedPayments',
      call: (extra) => extendedPayments({ key: starkKey({ privateKey, starknet }), position: 1, ...extra } as never),
      misspelt: [
        ['enviroment', 'environment'],
        ['positon', 'position'],
      ],
    },
    {
      name: 'countersign/exchange/orders/paradex#paradexOrders',
      call: (extra) => paradexOrders({ key: starkKey({ privateKey, account: ADDRESS, starknet }), ...extra } as never),
      misspelt: [['enviroment', 'environment']],
    },
    {
      name: 'countersign/exchange/orders/paradex-blocks#paradexBlocks',
      call: (extra) => paradexBlocks({ key: starkKey({ privateKey, account: ADDRESS, starknet }), ...extra } as never),
      misspelt: [['enviroment', 'environment']],
    },
    {
      name: 'countersign/exchange/wallet#solanaKey',
      call: (extra) => solanaKey({ privateKey: new Uint8Array(32), ...extra }),
      misspelt: [['privatekey', 'privateKey']],
    },
    {
      name: 'countersign/exchange/wallet#remoteWalletKey',
      call: (extra) => remoteWalletKey({ address, signTypedData: async () => '0x', ...extra }),
      misspelt: [['signTypeData', 'signTypedData']],
    },
    {
      name: 'countersign/exchange/orders/polymarket#polymarketOrders',
      call: (extra) => polymarketOrders({ key: walletKey({ privateKey }), exchange: 'v3', ...extra }),
      misspelt: [['chainID', 'chainId']],
    },
    {
      name: 'countersign/exchange/orders/hyperliquid#hyperliquidMultiSig',
      call: (extra) => hyperliquidMultiSig({ multiSigUser: ADDRESS, outerSigner: ADDRESS, ...extra }),
      misspelt: [['multisigUser', 'multiSigUser']],
    },
    {
      name: 'countersign/exchange/orders/hyperliquid#signHyperliquidAction',
      call: (extra) =>
        signHyperliquidAction({ action: { type: 'noop' }, key: walletKey({ privateKey }), nonce: 1, ...extra }),
      misspelt: [
        ['vaultAdress', 'vaultAddress'],
        ['enviroment', 'environment'],
      ],
    },
    {
      name: 'countersign/exchange/orders/nado#nadoOrders',
      call: (extra) => nadoOrders({ key: walletKey({ privateKey }), chainId: 1, endpoint: address, ...extra }),
      misspelt: [['chainID', 'chainId']],
    },
    {
      name: 'countersign/exchange/orders/edgex#edgexOrders',
      call: (extra) => edgexOrders({ key: walletKey({ privateKey }), chainId: 1, contract: address, ...extra }),
      misspelt: [['chainID', 'chainId']],
    },
    {
      name: 'countersign/exchange/logins/grvt#grvtLogin',
      call: (extra) => grvtLogin({ apiKey: 'key', ...extra }),
      misspelt: [
        ['apikey', 'apiKey'],
        ['enviroment', 'environment'],
      ],
    },
    {
      name: 'countersign/exchange/logins/paradex#paradexOnboarding',
      call: (extra) =>
        paradexOnboarding({
          key: starkKey({ privateKey, account: ADDRESS, starknet }),
          ethereumAccount: ADDRESS,
          ...extra,
        } as never),
      misspelt: [['enviroment', 'environment']],
    },
    {
      name: 'countersign/exchange/orders/grvt#grvtOrders',
      call: (extra) => grvtOrders({ key: walletKey({ privateKey }), ...extra }),
      misspelt: [['enviroment', 'environment']],
    },
  ],
  without: {
    'countersign/exchange/orders/dydx#dydxMessages': '',
    'countersign/exchange/logins/paradex#paradexLogin': 'takes a signer',
    'countersign/exchange/wallet#typedDataBase': 'takes typed data, whose members are checked',
    'countersign/exchange/orders/hyperliquid#hyperliquidMultiSigSigners': 'takes a call, whose members are checked',
    'countersign/exchange/wallet#typedDataOf': '',
    'countersign/exchange/orders/edgex#edgexNonce': '',
    'countersign/exchange/wallet#personalMessageBase': '',
    'countersign/exchange/wallet#messagePack': '',
  },
}
