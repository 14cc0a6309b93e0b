/** Codes of this package, as docs/errors.md has them: what the sender can do about each. */
export const OWN: Readonly<Record<string, readonly [cause: string, fix: string]>> = {
  AUTH_MISSING: [
    'The server found no signature that it looks for.',
    'Sign the request; a proxy must not drop the fields.',
  ],
  AUTH_MALFORMED: [
    'The server cannot read the signature.',
    'Compare Signature-Input with RFC 9421 2.3; parameters of your own must be named at the server.',
  ],
  AUTH_DUPLICATE: [
    'The server found several signatures, or a label twice.',
    'Send one, or name the label that counts.',
  ],
  AUTH_TOO_LARGE: ['The fields of the signature are too large.', 'Cover less in one signature.'],
  TIMESTAMP_MALFORMED: ['created or expires is missing or no plain number.', 'Send whole seconds since 1970.'],
  TIMESTAMP_EXPIRED: [
    'The signature is older than the server takes.',
    'Sign when the request leaves; correct the clock.',
  ],
  TIMESTAMP_FUTURE: ['The time of the signature lies ahead.', 'Correct the clock; send seconds, not milliseconds.'],
  NONCE_MALFORMED: [
    'The nonce is missing or not of the form that is asked for.',
    'Send 16 to 128 characters of A-Za-z0-9._~+/=-.',
  ],
  REPLAY: ['This nonce was used before with this key.', 'Sign every attempt anew, also a retry.'],
  KEY_UNKNOWN: ['The server does not know the key id.', 'Check the key id, and that it is of this environment.'],
  ALG_MISMATCH: [
    'The key is registered for another algorithm, or the algorithm is not allowed.',
    'Register the key with the algorithm it signs with.',
  ],
  ALG_UNSUPPORTED: [
    'The algorithm that the message names is not known.',
    'Use a registered name (they are case-sensitive), or leave alg out.',
  ],
  SIGNATURE_MALFORMED: [
    'The bytes of the signature are not of the length or form of its key.',
    'Send padded base64 of the raw signature; r and s side by side, no DER.',
  ],
  SIGNATURE_INVALID: ['The signature does not match.', 'Compare the base of both sides; give the key to the doctor.'],
  PASSPHRASE_INVALID: [
    'The passphrase of the key was not proven.',
    'Send the passphrase that was chosen when the key was made.',
  ],
  COMPONENT_MISSING: [
    'The signature does not cover what is required, or a covered field is absent.',
    'Cover what Accept-Signature asks for.',
  ],
  DIGEST_MISSING: [
    'There is a body and no usable digest of it.',
    'Send Content-Digest with sha-256 or sha-512, and cover it.',
  ],
  DIGEST_MISMATCH: [
    'The body is not the one whose digest was sent.',
    'Hash the very bytes that are sent, behind every compression.',
  ],
  CONTENT_ENCODING_UNSUPPORTED: ['The body is compressed in a way the server does not take.', 'Send it as it is.'],
  TARGET_MALFORMED: ['The target has characters that some program would rewrite.', 'Percent-encode each segment once.'],
  HOST_MISMATCH: [
    'The request is for a host that the server does not answer for.',
    'Let the proxy keep Host, or name the public host at the server.',
  ],
  METHOD_MALFORMED: [
    'The method is not in capitals, or an override of it is not covered.',
    'Write methods in capitals.',
  ],
  HEADER_DUPLICATE: ['A field that stands once was sent twice.', 'Send it once.'],
  KEY_NOT_YET_VALID: ['The key is not valid yet.', 'Wait for its start.'],
  KEY_EXPIRED: ['The key has expired.', 'Rotate it.'],
  KEY_DISABLED: ['The key is switched off.', 'Have it switched on, or use another.'],
  KEY_REVOKED: ['The key was revoked.', 'Register a new key.'],
  SCOPE_DENIED: [
    'The key lacks the scope of this route, or no route lists the path.',
    'Grant the scope, or list the route: the detail in the log of the server shows which.',
  ],
  IP_DENIED: ['The key may not be used from this address.', 'Add the address, or name the proxies before the server.'],
  IP_UNDETERMINED: ['The server does not know the address for certain.', 'Name the proxies before the server.'],
  RATE_LIMITED: ['Too many requests.', 'Wait for Retry-After.'],
  // Those of the side that sends, which are thrown before or after a request.
  ORIGIN_REFUSED: [
    'The request goes to an origin that the signer was not configured for, and was not sent.',
    'Add the origin to "origins", if it is meant; a typing error in the URL looks the same.',
  ],
  REDIRECT_REFUSED: [
    'The answer was a redirect, which cannot be followed with the same signature.',
    'Call the final URL, or allow otherOrigin: "unsigned".',
  ],
  ROUTE_REFUSED: [
    'The signing proxy has no target for the path, or its policy does not list it; nothing was signed.',
    'Add the route to the configuration of the proxy.',
  ],
  BODY_CONSUMED: [
    'The raw body was read by something else before it could be signed or verified.',
    'Put the verifier first, or keep the raw bytes (keepRawBody for Express, rawBody elsewhere).',
  ],
  BODY_UNREADABLE: ['The body ended early, or its stream failed.', 'Send again, signed anew.'],
  MESSAGE_MALFORMED: ['The message cannot be put on the wire, or signed, as it is.', 'Read the message of the error.'],
  KEY_MALFORMED: [
    'The key is not in the form that was given.',
    'Export it again in that form; a PEM keeps its line breaks.',
  ],
  KEY_ASYNC: [
    'A synchronous call was made with a key that has to be awaited.',
    'Use the asynchronous form of the call.',
  ],
  KEY_WEAK: [
    'The key or secret is too weak, or a placeholder.',
    'Make a new one with generateSecret or generateKeyPair.',
  ],
  KEY_PASSPHRASE: ['The passphrase of a private key or vault is missing or wrong.', 'Pass "passphrase".'],
  SECRET_UNAVAILABLE: [
    'A secret cannot be read from where its reference points to.',
    'Set the variable, chmod 600 the file, or run the program by hand.',
  ],
  CLOCK_UNTRUSTED: [
    'The time of the server is further away than the allowed correction, or none is given.',
    "Set this machine's clock, or raise maxCorrectionMs.",
  ],
  NONCE_EXHAUSTED: ['The nonce of the key cannot increase any further.', 'Use a coarser "unit", or another key.'],
  RESPONSE_UNVERIFIED: [
    'The signature of the answer is missing or wrong.',
    'Treat the answer as unread, and ask the server to sign its answers.',
  ],
}
