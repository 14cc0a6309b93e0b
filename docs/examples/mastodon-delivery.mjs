/** A delivery to a Mastodon inbox: a newer server is asked first with RFC 9421, an older one with draft-cavage. */
// npm install countersign
import { readFile } from 'node:fs/promises'
import { rfc9421 } from 'countersign'
import { doubleKnock } from 'countersign/client'
import { importSigningKey } from 'countersign/crypto'
import { cavage } from 'countersign/legacy/cavage'

/** `actor` is the URL of who sends, `keyFile` the private key of its `#main-key`, `inbox` where the activity goes. */
export async function run({ actor, keyFile, inbox, activity }) {
  const key = await importSigningKey(await readFile(keyFile, 'utf8'), {
    keyId: `${actor}#main-key`,
    algorithm: 'rsa-v1_5-sha256',
  })
  // The one that an inbox took is remembered for its host.
  const deliver = doubleKnock([rfc9421({ key }), cavage({ key })], { origins: [new URL(inbox).origin] })
  return await deliver(inbox, {
    method: 'POST',
    headers: { 'content-type': 'application/activity+json' },
    body: JSON.stringify(activity),
  })
}
