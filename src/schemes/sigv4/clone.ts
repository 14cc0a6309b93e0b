import type { SigningKey } from '../../crypto/key.js'
import type { Signer } from '../scheme.js'
import { type CloneOptions, scoped } from './parts.js'
import { headerSigner } from './signer.js'
import type { Variant } from './variant.js'

/** A signer of a variant some of whose scope is always the same. */
export const cloneSigner = <K extends SigningKey>(
  where: string,
  variant: Variant,
  options: CloneOptions<K>,
  place: Readonly<{ region?: string; service?: string }> = {},
): Signer<K> => headerSigner(where, `${where}Key`, variant, scoped(where, options, place))
