import type { Mistake } from '../../../schemes/scheme/mistakes.js'
import type { Draft } from '../../spec/draft.js'
import type { ExchangeSpec } from '../../spec/spec.js'
import { type TypedData, typedDataOf } from '../../wallet/typed-data.js'
import { ofContent, signaturesIn, type WalletReading, type WalletState } from './reading.js'
import { TYPED_MISTAKES } from './typed-mistakes.js'

type Change = (value: string) => string

/** What becomes of a member of the message, by its name. */
const CHANGES: ReadonlyArray<readonly [name: string, change: Change, detail: string]> = [
  ['timestamp', (value) => `${value}000`, 'the time in milliseconds'],
  ['timestamp', (value) => value.slice(0, 10), 'the time in seconds'],
  ['nonce', () => '0', 'nonce 0'],
  ['nonce', () => '1', 'nonce 1'],
]

const OTHER_VALUE: Mistake<WalletState<TypedData>> = ofContent(
  'wallet-other-value',
  'message',
  1,
  'A member of the typed data was signed with another value than the request has.',
  'Make the values once, and put the same ones into the typed data and into the request.',
  function* (typed) {
    for (const [name, change, detail] of CHANGES)
      if (typed.message[name] !== undefined)
        yield [{ ...typed, message: { ...typed.message, [name]: change(String(typed.message[name])) } }, detail]
  },
)

/** A request of any exchange whose rules make typed data and which names the account that signs. */
export function readTyped(spec: ExchangeSpec, draft: Draft): WalletReading<TypedData> | undefined {
  let typed: TypedData | undefined
  try {
    typed = typedDataOf(spec.base(draft))
  } catch {
    return undefined
  }
  if (typed === undefined) return undefined
  const stated = draft.key.toLowerCase()
  return {
    content: typed,
    typed: (content) => content,
    mistakes: [OTHER_VALUE, ...(TYPED_MISTAKES as unknown as ReadonlyArray<Mistake<WalletState<TypedData>>>)],
    signText: draft.sign,
    signatures: signaturesIn(draft.sign, false),
    ...(/^0x[0-9a-f]{40}$/.test(stated) && { stated }),
  }
}
