import { utf8 } from '../../crypto/encoding.js'
import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { type HmacKey, isKeyId } from '../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import type { Draft, Value } from '../spec/draft.js'
import { base64 } from '../spec/outputs.js'
import type { Header } from '../spec/spec.js'

/** A broker's own credentials: KuCoin, "Broker authentication". */
export interface KucoinPartner {
  /** Id of the partner. */
  readonly id: string
  /** Secret of the partner. */
  readonly key: string
  /** Name of the broker, where it has one. */
  readonly name?: string | undefined
}

const PARTNER: OptionNames<KucoinPartner> = { id: 2, key: 2, name: 1 }

interface Partner {
  readonly id: string
  readonly key: HmacKey
  readonly name: string
}

// What a header line holds; empty: no header.
const SHOWN = /^(?! )[\x20-\x7e]*(?<! )$/

// By the object that was handed over: a key has work to do when it is made, and requests are many.
const partners: WeakMap<object, Partner> = /* @__PURE__ */ new WeakMap()

function partnerOf({ options }: Draft): Partner | undefined {
  const { partner } = options
  if (partner === undefined) return undefined
  let found = partners.get(Object(partner))
  if (found === undefined) {
    assertOptions('KuCoin, "partner"', partner, PARTNER)
    const { id, key, name = '' } = Object(partner) as { id?: unknown; key?: unknown; name?: unknown }
    if (typeof id !== 'string' || typeof key !== 'string' || typeof name !== 'string')
      fail('CONFIG_INVALID', '"partner" must have "id" and "key", and "name" where there is one')
    if (!isKeyId(id)) fail('ARGUMENT_INVALID', '"partner.id" must be the id that KuCoin gave, got other text')
    if (key === '') fail('KEY_WEAK', '"partner.key" must not be empty')
    if (!SHOWN.test(name)) fail('ARGUMENT_INVALID', '"partner.name" must be visible ASCII, got other text')
    found = { id, key: checkedSha256Key({ keyId: id, secret: utf8(key) }), name }
    partners.set(Object(partner), found)
  }
  return found
}

const ofPartner =
  (text: (partner: Partner, draft: Draft) => string): Value =>
  (draft) => {
    const partner = partnerOf(draft)
    return partner === undefined ? '' : text(partner, draft)
  }
// Whose they are, and their key, is not known where a request is verified: what they hold is left unread.
const UNREAD = /^/

/** The fields of a partner, with the signature of its own key; none where no partner is given. */
export const partnerHeaders: readonly Header[] = [
  ['KC-API-PARTNER', ofPartner(({ id }) => id), UNREAD],
  [
    'KC-API-PARTNER-SIGN',
    ofPartner(({ id, key }, draft) => base64.encode(key.sign(draft.time + id + draft.key))),
    UNREAD,
  ],
  ['KC-API-PARTNER-VERIFY', ofPartner(() => 'true'), UNREAD],
  ['KC-BROKER-NAME', ofPartner(({ name }) => name), UNREAD],
]
