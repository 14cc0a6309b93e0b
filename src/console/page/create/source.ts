import type { Algorithm } from '../../../crypto/algorithm.js'
import type { PublicKeyMaterial } from '../../../crypto/format/read-key.js'
import type { StoredAlgorithm } from '../../../keyring/record/key-record.js'
import type { OfferedAlgorithm } from '../../contract.js'
import type { TextKey } from '../text/en.js'
import { pastedKey } from './public-key-text.js'

/** Where a key comes from. */
export type Kind = 'browser' | 'own' | 'shared'

/** What is filled in about it. */
export interface Source {
  readonly kind: Kind
  /** Of a pair made here: a file for a program elsewhere, or a handle of this browser. */
  readonly keep: 'file' | 'browser'
  readonly passphrase: string
  readonly repeated: string
  readonly pasted: string
}

export const kindsOf = (algorithms: readonly OfferedAlgorithm[]): readonly Kind[] =>
  (['browser', 'shared', 'own'] as const).filter((kind) =>
    kind === 'browser'
      ? algorithms.includes('ed25519')
      : algorithms.some((one) => one.startsWith('hmac') === (kind === 'shared')),
  )

export const newSource = (kind: Kind): Source => ({ kind, keep: 'file', passphrase: '', repeated: '', pasted: '' })

const LEAST_PASSPHRASE = 12

/** What is missing; `undefined` where the key can be made. */
export function sourceProblem(source: Source, algorithms: readonly StoredAlgorithm[]): TextKey | undefined {
  const { kind, keep, passphrase, repeated, pasted } = source
  if (kind === 'own') {
    if (pasted.trim() === '') return 'ownMissing'
    const read = pastedKey(pasted, algorithms)
    return 'problem' in read ? read.problem : undefined
  }
  if (kind === 'shared' || keep === 'browser') return undefined
  if (passphrase.length < LEAST_PASSPHRASE) return 'passphraseShort'
  return passphrase === repeated ? undefined : 'passphraseDiffers'
}

/** What is sent, and what stays here. */
export interface Prepared {
  readonly body: { readonly algorithm: OfferedAlgorithm; readonly publicKey?: PublicKeyMaterial }
  /** The sealed private half, to be downloaded. */
  readonly encryptedPrivateKey?: string
  /** The name that this browser keeps the private half by. */
  readonly browserKeyName?: string
}

/** Makes or reads the key. Nothing but a public half goes into `body`. */
export async function prepare(source: Source, algorithms: readonly StoredAlgorithm[]): Promise<Prepared> {
  if (source.kind === 'shared')
    return {
      body: { algorithm: (algorithms.find((one) => one.startsWith('hmac')) as Algorithm | undefined) ?? 'hmac-sha256' },
    }
  if (source.kind === 'own') {
    const read = pastedKey(source.pasted, algorithms)
    if ('problem' in read) throw new Error(read.problem)
    return { body: { algorithm: read.algorithm, publicKey: read.publicKey as PublicKeyMaterial } }
  }
  if (source.keep === 'browser') {
    const { browserKey } = await import('../../../client/browser-key.js')
    const name = `key-${crypto.randomUUID()}`
    const { publicKey } = await browserKey({ name, algorithms: ['ed25519'] })
    return { body: { algorithm: 'ed25519', publicKey: publicKey.pem }, browserKeyName: name }
  }
  const { makePair } = await import('./browser-pair.js')
  const { publicKey, encryptedPrivateKey } = await makePair(source.passphrase)
  return { body: { algorithm: 'ed25519', publicKey }, encryptedPrivateKey }
}
