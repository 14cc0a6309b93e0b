import { hashText } from '#backend/hash'
import { utf8, utf8Decode } from '../../crypto/encoding.js'
import type { HmacKey } from '../../crypto/key.js'
import type { Draft } from '../spec/draft.js'
import type { SecretEncoding } from '../spec/secrets.js'
import { checkedStaticKey } from '../spec/static-secret.js'

/** No account is named beside the key: a hash of it stands for the account, in logs and where a key is looked up. */
const accountOf = (apiKey: string): string => hashText('sha256', apiKey, 'hex').slice(0, 32)

/** Names the account. */
export function readExtended(draft: Draft): void {
  draft.key = accountOf(draft.sign)
}

/** The page shows Stark keys beside it, with "0x": that one signs orders, and leaves the machine never. */
export const extendedSecret: SecretEncoding = {
  name: "the API key that Extended's page shows, without the Stark key's 0x",
  read: (text) => (/^0x/i.test(text) ? undefined : utf8(text)),
}

/** The key of an account, whose name is made of its secret. */
export const extendedKey = ({ secret }: { readonly secret: Uint8Array }): HmacKey =>
  checkedStaticKey({ keyId: accountOf(utf8Decode(secret) ?? ''), secret })
