/**
 * What a scheme does not protect, as data: shown in the documentation and by the object of the scheme. A weak scheme is still
 * better than none; what matters is that its users know which part they have to do themselves.
 */
export const WEAKNESSES = {
  'no-time':
    'No time is signed, so an old message looks like a new one; what arrived before is recognised by its content.',
  'unsigned-id': 'The delivery id is not signed: a copy under another id is recognised by its content alone.',
  'no-separator':
    'Signed parts are joined without a separator, so bytes can move from one to the next; the time is held to digits.',
  'no-nonce':
    'No nonce is signed: the signed text itself may arrive once, so two equal requests of one second count as one.',
  'no-body': 'The body is not signed.',
  'weak-body': 'The body is bound by a checksum that is not collision resistant.',
  'no-url': 'Neither method nor URL is signed, so a message can be sent to another address that has the same secret.',
  'no-method': 'The method is not signed.',
  'no-query': 'The query is not signed.',
  'unsigned-fields': 'Fields that decide what a request does are signed by the client or not, as it likes.',
  'no-authority': 'The host is not signed, so another host that has the same key takes the message too.',
  'ambiguous-text':
    'The signed text can be read in more than one way, because names and values are joined without marks.',
  'moved-parameters':
    'Parameters are signed without the place they stand in: one of the query can be moved into a form, and back.',
  'loose-target':
    'Targets that its own service reads alike have one signature: with a slash at the end, an encoded slash, a name in capitals.',
  sha1: 'Signed with HMAC-SHA1. No forgery is known, but nothing new should use it.',
  'bare-hash': 'A hash of secret and text in place of an HMAC.',
  'shared-token':
    'Nothing is signed: the message shows a shared secret, and who has seen one message can send any other.',
  'bearer-url': 'Every holder of the URL can use it until it ends, any number of times and for all that it permits.',
  'no-key-id': 'The message names no key, so every current secret is tried.',
} as const

/** Stable name of a weakness. */
export type Weakness = keyof typeof WEAKNESSES
