import type { Weakness } from '../scheme/weaknesses.js'
import type { VerifyScheme } from '../scheme.js'

/** The verifying side of an older scheme, with what its design leaves open. */
export interface OlderScheme extends VerifyScheme {
  /** What no verifier of the scheme can mend. */
  readonly weaknesses: readonly Weakness[]
}
