/** Parts of names whose values are secrets. */
export const WORDS =
  'passphrase|passw(?:or)?d|secret|private_?key|(?:access|auth|bearer|client|id|refresh|security|session)[-_]?token'
/** Whole names of such. */
export const ALONE = 'pass|passcode|pwd'

/** A parameter whose value is a secret by its name. One that is called "token" alone is often a currency. */
export const SECRET_PAIR: RegExp = new RegExp(`^(?:[^=]{0,64}(?:${WORDS})[^=]{0,64}|${ALONE})=`, 'i')
