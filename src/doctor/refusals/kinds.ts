/** What refusals mean, where their texts say no more. */
export type Kind =
  | 'signature'
  | 'time'
  | 'expired'
  | 'key'
  | 'key-or-rights'
  | 'key-or-signature'
  | 'environment'
  | 'network'
  | 'passphrase'
  | 'nonce'
  | 'nonce-time'
  | 'permission'
  | 'address'
  | 'missing'
  | 'digest'
  | 'not-signed'
  | 'scope'
  | 'wallet'
  | 'content-type'
  | 'parsed'
  | 'key-form'
  | 'form'
  | 'signature-form'
  | 'algorithm'
  | 'coverage'
  | 'life'

interface Meaning {
  readonly cause: string
  readonly fix: string
}

const CLOCK = 'Synchronise the clock (NTP), take the time right before sending, and check its unit.'

/** Each is the finding `refused-…`. */
export const KINDS: Readonly<Record<Kind, Meaning>> = {
  signature: {
    cause: 'The other side says that the signature is wrong: another text or another secret was signed with.',
    fix: 'Give the secret to the doctor, which tests what may have been signed; nothing is sent.',
  },
  time: {
    cause: 'The other side says that the time of the request is wrong: too old, ahead, or in another form.',
    fix: CLOCK,
  },
  expired: {
    cause: 'The other side says that the key has ended.',
    fix: 'Make a new key, and note when it ends.',
  },
  key: {
    cause:
      'The other side does not know the API key: not copied whole, deleted, or of another environment (testnet, demo).',
    fix: 'Check the key, that it is confirmed, and its environment.',
  },
  'key-or-rights': {
    cause:
      'The other side does not take the API key: unknown, of another environment, not allowed from this address, or without the permission. Its code is the same for all of them.',
    fix: 'Check the key, its environment, its list of addresses and its permissions, in this order.',
  },
  'key-or-signature': {
    cause: 'The other side does not take the API key or the signature: its answer is the same for both.',
    fix: 'Give the secret to the doctor, which tests the signature; where it fits, check the key, its environment and its end.',
  },
  environment: {
    cause: 'The API key belongs to another environment than the request was sent to (demo or live).',
    fix: 'Send to the environment that the key was made in, with the field that names it where there is one.',
  },
  network: {
    cause: 'The request was signed for another network than the one it was sent to: another chain id was signed.',
    fix: 'Take the chain id from the network that the URL belongs to, and sign with that one.',
  },
  passphrase: {
    cause: 'The other side does not take the passphrase.',
    fix: 'Send the passphrase that was chosen when the API key was made; it is neither the password of the account nor that for trading.',
  },
  nonce: {
    cause: 'The nonce was used before, or is not larger than the last one of this key.',
    fix: 'Use one source of nonces for a key: no second program, no parallel requests out of order, no change to a smaller unit.',
  },
  'nonce-time': {
    cause: 'The nonce is taken for a time in seconds, and is not close to that of the server.',
    fix: 'Send whole seconds for a key whose nonces are times (milliseconds are a thousand times too large), or make a key without time-based nonces.',
  },
  wallet: {
    cause:
      'The other side does not know the account that the signature recovers to: another text was signed, or the agent is not approved.',
    fix: 'Compare the address with that of your key: if it is that one, approve the agent; if it is another one with every request, give the address to the doctor, which tests what may have been signed.',
  },
  'content-type': {
    cause: 'The other side does not take the content type of the request.',
    fix: 'Send the content type that the page of the service names; clients add one of their own where none is set.',
  },
  parsed: {
    cause:
      'The body was parsed before its signature was verified: a text or bytes are needed, and an object was given.',
    fix: 'Verify the bytes as they were received: keep them before any parser (express.raw, bodyParser: false, request.text()), and parse behind the verifier.',
  },
  'key-form': {
    cause:
      'The secret or key cannot be read in the form that is meant: cut off, with lost line breaks, or another value.',
    fix: 'Give it as the service shows it: base64 whole and with its prefix, PEM with its line breaks ("\\n" in a variable has to become one).',
  },
  form: {
    cause: 'A parameter has characters or a form that the other side does not take.',
    fix: 'Write it as the page of the service shows it, and percent-encode it once: an encoded "," or "[" is another text for some parameters.',
  },
  'signature-form': {
    cause:
      'The signature is not in the form that the other side takes: base64 where hexadecimal is meant, cut off, or encoded.',
    fix: 'Write the bytes of the signature in the form that the page of the service names (hexadecimal has 64 digits for SHA-256), without quotes or a prefix.',
  },
  algorithm: {
    cause:
      'The other side does not take the algorithm of the signature, or has the key registered for another one or another use.',
    fix: 'Sign with an algorithm that it names, and publish the key with that algorithm ("alg") and use.',
  },
  coverage: {
    cause: 'The signature does not cover what the other side asks for, or covers what it does not take.',
    fix: 'Cover the components that its page or Accept-Signature names; a body by Content-Digest, which is sent and covered.',
  },
  life: {
    cause:
      'The times of the signature are not taken: it has ended, lies ahead, or lives longer from created to expires than is allowed.',
    fix: 'Let expires follow created within the time that is allowed, sign right before sending, and synchronise the clock (NTP).',
  },
  permission: {
    cause: 'The key may not do this.',
    fix: 'Give the key the permission it needs.',
  },
  address: {
    cause: 'The key may not be used from this address.',
    fix: 'Add the address that requests leave from to the list of the key: behind NAT, VPN or a cloud it is not that of the machine.',
  },
  missing: {
    cause: 'A part of authentication is missing.',
    fix: 'Send every header and parameter that the page of the service names; a proxy or CORS must not drop one.',
  },
  digest: {
    cause: 'The other side says that what was signed of the parameters or the body is not what was sent.',
    fix: 'Hash and sign the very parameters and bytes that are sent.',
  },
  'not-signed': {
    cause: 'The other side wants a part to be signed that is not among the signed ones, and looks no further.',
    fix: 'Send that part (a Date, a digest of the body) and sign it: some receivers want the header itself, not (created) in its place.',
  },
  scope: {
    cause: 'The signature is for another region, service or day.',
    fix: 'Sign with the region and service of the host, and with one reading of the clock for date and scope.',
  },
}
