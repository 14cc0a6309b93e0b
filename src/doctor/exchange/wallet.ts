import type { VerifyingKey } from '../../crypto/key.js'
import { sealed, type WalletFault, type WalletReading } from '../../exchange/mistakes/wallet/reading.js'
import { walletKey } from '../../exchange/wallet/wallet-key.js'
import type { DiagnoseOptions, Finding } from '../diagnosis.js'
import { likely, possible, proven } from '../finding.js'
import type { SyncProbe } from '../hunt.js'
import { recovererOf, walletProbes } from '../probes/wallet.js'
import type { Subject } from '../search.js'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** What is searched: the typed data of one request, and what may have been done to it. */
export const walletSubject = (reading: WalletReading<never>): Subject<never> =>
  ({
    state: { content: reading.content },
    compose: (state: never) => {
      try {
        return sealed(reading, state)
      } catch {
        return undefined
      }
    },
    mistakes: reading.mistakes,
  }) as unknown as Subject<never>

const keyAddress = (key: VerifyingKey): string | undefined => {
  const { address, keyId } = key as VerifyingKey & { readonly address?: string }
  return [address, keyId].find((one) => typeof one === 'string' && ADDRESS.test(one))?.toLowerCase()
}

/** The account that was given here: as an address, a key, or the private key of an agent. */
export function givenAddress({ key, publicKey, secret }: DiagnoseOptions): string | undefined {
  if (key !== undefined) return keyAddress(key)
  const text = typeof publicKey === 'string' ? publicKey.trim() : typeof secret === 'string' ? secret.trim() : undefined
  if (text !== undefined && ADDRESS.test(text)) return text.toLowerCase()
  return secret === undefined ? undefined : walletKey({ privateKey: secret }).address.toLowerCase()
}

const OTHER_ACCOUNT: WalletFault = {
  id: 'wallet-other-account',
  cause: 'The account that was given here signed, and the request names another one as its signer.',
  fix: 'Name the account whose key signs, or sign with the key of the one that is named.',
}

/** The tests of a wallet's signature; `undefined` where no account is known. */
export function walletTests(
  { signatures, stated, others = [] }: WalletReading<never>,
  options: DiagnoseOptions,
): readonly SyncProbe[] | undefined {
  const given = givenAddress(options)
  const wanted = new Map<string, readonly WalletFault[]>(others.map(([address, fault]) => [address, [fault]]))
  if (given !== undefined && given !== stated) wanted.set(given, stated === undefined ? [] : [OTHER_ACCOUNT])
  if (stated !== undefined) wanted.set(stated, [])
  return wanted.size === 0 ? undefined : walletProbes(signatures, wanted)
}

/** The address that an answer does not know. */
const UNKNOWN_WALLET = /(?:User or API Wallet|User:?) (0x[0-9a-fA-F]{40})/

const CHANGING =
  'If it is another one with every request, another text was signed than is verified: give the account’s address (publicKey) and the mistake is searched for.'

/** What can be seen without a key: the account that the signature recovers to, beside what the answer names. */
export function recoveredFindings(
  reading: WalletReading<never>,
  exchange: string,
  options: DiagnoseOptions,
  answer: string,
): readonly Finding[] {
  const [signature] = reading.signatures
  if (signature === undefined)
    return reading.signText === '' || reading.signText === '""'
      ? []
      : [
          proven(
            'wallet-signature-form',
            'The signature is none of a wallet: r and s of 32 bytes and v.',
            'Its parts are not that long, or not hexadecimal.',
            'Send what signTypedData answers, in the form that the page of the exchange shows.',
          ),
        ]
  const subject = walletSubject(reading)
  const base = subject.compose(subject.state)
  const address = base && recovererOf(signature)?.(base)[0]
  if (address === undefined) return []
  const known = givenAddress(options) ?? reading.stated
  const named = UNKNOWN_WALLET.exec(answer)?.[1]?.toLowerCase()
  const evidence = `The signature recovers to ${address} for the request as it was sent${named === undefined ? '' : `; the answer names ${named}`}.`
  if (known === undefined)
    return [
      (named === undefined ? possible : likely)(
        'wallet-recovered',
        named === undefined
          ? 'The request names no account: the exchange takes the one that the signature recovers to.'
          : `${exchange} does not know the account that the signature recovers to: either another text was signed, or the agent is not approved.`,
        evidence,
        `If this is the address of your key, approve it as an agent (API wallet) of the account on this network, and deposit before the first request. ${CHANGING}`,
      ),
    ]
  if (known !== address || named === undefined) return []
  return [
    likely(
      named === address ? 'wallet-not-approved' : 'wallet-other-request',
      named === address
        ? 'The signature is right, and the exchange does not know its account: the agent is not approved, was removed or has ended, or belongs to the other network.'
        : 'The signature is right for this request, and the exchange recovered another account: it received another request, or hashes a part of it otherwise.',
      evidence,
      named === address
        ? 'Approve the agent (approveAgent) with the key of the main account on the same network; for what is read, query the address of the main account.'
        : 'Compare the network, and the request as it left the machine.',
    ),
  ]
}
