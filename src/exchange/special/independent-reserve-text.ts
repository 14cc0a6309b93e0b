import { fail } from '../../errors.js'
import type { Draft } from '../spec/draft.js'
import { flatMembers } from '../spec/flat-json.js'

/** `https://…/Private/Name,apiKey=…,nonce=…,name=value`: the body's members, in its order. */
export function memberText({ scheme, host, path, query, body }: Draft): string {
  if (query !== '')
    fail('MESSAGE_MALFORMED', 'a request to Independent Reserve must have no query: it does not sign one')
  const members = flatMembers(body).filter(([name]) => name !== 'signature')
  return [`${scheme}://${host}${path}`, ...members.map(([name, text]) => `${name}=${text}`)].join()
}
