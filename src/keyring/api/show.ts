import type { IssuedKey } from '../keyring-options.js'
import type { KeyInfo } from '../record/key-view.js'
import { KEY } from './answers.js'

/** A key as it goes out: by the names of the table, so that nothing else ever does. */
export const shown = (key: KeyInfo): object =>
  Object.fromEntries(Object.keys(KEY).flatMap((name) => (name in key ? [[name, key[name as keyof KeyInfo]]] : [])))

/** The one place where a secret goes out. */
export const shownOnce = ({ key, secret }: IssuedKey): object => ({
  key: shown(key),
  ...(secret === undefined ? {} : { secret: secret.revealText() }),
})
