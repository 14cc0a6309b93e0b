import type { KeyRecord } from '../access/key-record.js'
import type { Bytes } from '../crypto/key.js'
import { isStream } from '../message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../schemes/scheme.js'
import type { Clock } from '../sources/monotonic-clock.js'
import type { VerifierOptions } from './options.js'
import type { EffectivePolicy } from './policy/scheme-policy.js'
import type { Attempt } from './refusal.js'
import type { Decoys } from './steps/key-check.js'
import type { StreamWatch } from './verify-context.js'

/** What requests are judged with. */
export interface Parts
  extends Required<Omit<VerifierOptions, 'audit' | 'clock' | 'explain' | 'limits' | 'signatureError'>> {
  readonly clock: Clock
  readonly limits: VerifierOptions['limits']
  readonly decoys: Decoys
  /** Whether one of the schemes reads bodies. */
  readonly readsBody: boolean
  readonly policies: ReadonlyMap<VerifyScheme, EffectivePolicy>
  /** Nothing is claimed: what comes of it lets nothing in. */
  readonly isTrial?: true
}

/** Whether the body is handed out while it arrives. */
export const isStreamed = ({ request, context }: Attempt): boolean =>
  context.streamBody !== undefined && isStream(request.body)

/** One request between the steps: what was found out so far. A class, so that all of them have one shape. */
export class Judgement {
  readonly parts: Parts
  readonly attempt: Attempt
  readonly watch: StreamWatch | undefined
  /** Gives back what was taken for the address, when the request is accepted. */
  giveBack: (() => void) | undefined
  scheme!: VerifyScheme
  signature!: UntrustedSignature
  keyId!: string
  base!: Bytes
  /** What holds for signatures of this scheme, which no other scheme has loosened. */
  policy!: EffectivePolicy
  /** {@link policy}, narrowed by that of the key. */
  own!: EffectivePolicy
  nowMs!: number
  /** Whether anything had to be waited for, so that it may be another time. */
  hasWaited = false
  /** When the body was there and nothing but stores was left to wait for. */
  lateMs!: number
  found: KeyRecord | null | undefined
  record!: KeyRecord
  valid: unknown

  constructor(parts: Parts, attempt: Attempt, watch: StreamWatch | undefined) {
    this.parts = parts
    this.attempt = attempt
    this.watch = watch
  }
}

/** Passes, throws a verdict code, or returns what has to be waited for before the next step. */
export type Step = (judgement: Judgement) => Promise<unknown> | undefined
