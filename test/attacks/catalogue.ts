import type { UsageCode, VerdictCode } from '../../src/errors.js'

/** The files of this folder, one a group. */
export type Group =
  | 'time-and-replay'
  | 'replay-servers'
  | 'keys'
  | 'signature-bytes'
  | 'headers'
  | 'target'
  | 'body'
  | 'network-and-leaks'
  | 'unsigned-body'
  | 'route-scopes'
  | 'clock-steps'
  | 'shared-windows'
  | 'scheme-policies'
  | 'folded-lines'
  | 'exchange-coverage'
  | 'key-existence'

/** What an attack ends with: a code, `ok` where it must not harm honest traffic, `host` where the HTTP parser refuses. */
export type Outcome = VerdictCode | UsageCode | 'ok' | 'host'

export interface Row {
  readonly number: number
  readonly group: Group
  readonly attack: string
  /** Every outcome the cases must show, each by name. Empty: what is shown has no code, and the note says what it is. */
  readonly codes: readonly Outcome[]
  /** What is shown besides, what is left out, and why a code is another one than a reader would guess. */
  readonly note?: string
  /** Not executed, for this reason. */
  readonly later?: string
}

type Entry =
  | readonly [number: number, attack: string, codes: readonly Outcome[], note?: string]
  | readonly [number: number, attack: string, later: string]

const group = (name: Group, entries: readonly Entry[]): readonly Row[] =>
  entries.map(([number, attack, codes, note]): Row => {
    const row = { number, group: name, attack }
    if (typeof codes === 'string') return { ...row, codes: [], later: codes }
    return note === undefined ? { ...row, codes } : { ...row, codes, note }
  })

/** The attack catalogue: a hundred known ways to get past a verifier, each executed here or listed with a reason. */
export const CATALOGUE: readonly Row[] = [
  ...group('time-and-replay', [
    [1, 'replay inside the window', ['REPLAY']],
    [2, 'concurrent replay', ['REPLAY']],
    [3, 'replay after expiry', ['TIMESTAMP_EXPIRED']],
    [4, 'a time in the future', ['TIMESTAMP_FUTURE']],
    [5, 'NaN or text as a time', ['TIMESTAMP_MALFORMED']],
    [6, 'numeric dialects', ['TIMESTAMP_MALFORMED']],
    [7, 'seconds and milliseconds mixed up', ['TIMESTAMP_EXPIRED', 'TIMESTAMP_FUTURE']],
    [8, 'an unsigned timestamp or nonce', ['SIGNATURE_INVALID']],
    [9, 'a nonce that is missing, empty, short, huge or has control characters', ['NONCE_MALFORMED']],
    [10, 'the nonce of another key', ['ok']],
    [
      11,
      'nonce store flooded without a key',
      ['SIGNATURE_INVALID', 'KEY_UNKNOWN'],
      'Thousands instead of a million: the size of the store is what counts, and it does not move.',
    ],
    [12, 'nonce store flooded by one valid key', ['REPLAY_STORE_FULL', 'ok']],
    [13, 'eviction replay', ['REPLAY', 'REPLAY_STORE_FULL']],
    [14, 'restart replay', ['REPLAY_BARRIER']],
    [15, 'clock rollback', ['REPLAY', 'TIMESTAMP_EXPIRED', 'CLOCK_UNSAFE']],
  ]),
  ...group('replay-servers', [
    [
      16,
      'store down, slow, out of memory or read-only',
      ['STORE_UNAVAILABLE', 'REPLAY_BARRIER'],
      'A real Redis that is killed, suspended, full, a replica or without its replicas. One that comes back empty refuses what was signed before it.',
    ],
    [17, 'lost reply retry', ['ok', 'REPLAY']],
  ]),
  ...group('keys', [
    [
      18,
      'HMAC keyed with a public key',
      ['ALG_MISMATCH', 'SIGNATURE_MALFORMED', 'SIGNATURE_INVALID'],
      'RFC 9421 makes "alg" optional. Left out, there is nothing to mismatch: the MAC is judged as a signature of the key.',
    ],
    [
      19,
      'an algorithm that is none, empty, unknown, in another case or an array',
      ['ALG_UNSUPPORTED', 'AUTH_MALFORMED'],
      'An array is AUTH_MALFORMED: a structured-field parameter cannot hold one, so the field does not parse.',
    ],
    [20, 'downgrade with the same RSA key', ['ALG_MISMATCH', 'ALG_UNSUPPORTED', 'SIGNATURE_INVALID']],
    [
      21,
      'key id confusion',
      ['SIGNATURE_INVALID', 'AUTH_MALFORMED', 'KEY_UNKNOWN', 'AUTH_TOO_LARGE'],
      'A well-formed but unknown id is KEY_UNKNOWN to the audit trail; the public answer is the one of SIGNATURE_INVALID.',
    ],
    [22, 'a key id that is a property of every object', ['KEY_UNKNOWN']],
    [23, 'key id injection into a store', ['AUTH_MALFORMED']],
    [24, 'a public key in the request', ['AUTH_MALFORMED']],
    [25, 'row swap in the database', ['STORE_UNAVAILABLE', 'ok']],
    [26, 'truncated GCM tag', ['STORE_UNAVAILABLE']],
    [27, 'RSA keys that are too small, too large or have a bad exponent', ['KEY_WEAK', 'KEY_MALFORMED']],
    [28, 'small-order, mixed-order and non-canonical Ed25519 keys', ['KEY_WEAK']],
    [29, 'weak HMAC secret', ['KEY_WEAK', 'KEY_MALFORMED', 'ARGUMENT_INVALID']],
    [
      30,
      'a key before, after or outside its life',
      ['KEY_NOT_YET_VALID', 'KEY_EXPIRED', 'KEY_DISABLED', 'KEY_REVOKED', 'KEY_SOURCE_FAILED', 'ok'],
      'To a verifier the end of an overlap is an expiry: 34 shows it with a keyring.',
    ],
    [31, 'status probing without the secret', ['SIGNATURE_INVALID']],
    [
      32,
      'revoked on one node, used on another',
      ['KEY_REVOKED', 'ok'],
      'Over real buses and stores it is measured by bench/revocation.mjs: see docs/reliability.md.',
    ],
    [33, 'cache resurrection', ['KEY_REVOKED', 'STORE_UNAVAILABLE', 'ok']],
    [34, 'rotation extends life', ['KEY_EXPIRED', 'ok']],
    [35, 'test key on a live endpoint', ['KEY_UNKNOWN', 'ok']],
  ]),
  ...group('signature-bytes', [
    [
      36,
      'empty signature',
      ['SIGNATURE_MALFORMED', 'AUTH_MALFORMED'],
      'A Signature field with nothing in it names no label either, so it does not fit its Signature-Input: AUTH_MALFORMED.',
    ],
    [
      37,
      'truncated or extended signature',
      ['SIGNATURE_MALFORMED', 'SIGNATURE_INVALID'],
      'An RSA signature is as long as its modulus, which the table of algorithms cannot say: SIGNATURE_INVALID.',
    ],
    [38, 'every single bit flipped', ['SIGNATURE_INVALID']],
    [39, 'base64 malleability', ['SIGNATURE_MALFORMED']],
    [
      40,
      'hex instead of base64',
      ['SIGNATURE_MALFORMED'],
      'RFC 9421 knows one form, base64 between colons; there is no hex form to accept.',
    ],
    [41, 'Ed25519 with S out of range or R not canonical', ['SIGNATURE_INVALID']],
    [
      42,
      'ECDSA with r or s out of range, high S, DER',
      ['SIGNATURE_INVALID', 'SIGNATURE_MALFORMED', 'REPLAY', 'ok'],
      'High S is a signature of the same text (SEC 1 4.1.4): it verifies, and its nonce is the same nonce. DER has another length.',
    ],
    [43, 'RSA PKCS#1 padding', ['SIGNATURE_INVALID']],
    [44, 'PSS with another salt length', ['SIGNATURE_INVALID']],
    [45, 'several signatures, one of them valid', ['AUTH_DUPLICATE', 'AUTH_TOO_LARGE', 'SIGNATURE_INVALID']],
    [46, 'timing of the comparison', [], 'Best effort, as every such measurement: a t-test over interleaved samples.'],
    [47, 'unknown key told from bad signature', ['KEY_UNKNOWN', 'SIGNATURE_INVALID']],
  ]),
  ...group('headers', [
    [48, 'duplicate Authorization', ['AUTH_DUPLICATE']],
    [
      49,
      'duplicate signature, date or digest header',
      ['AUTH_DUPLICATE', 'HEADER_DUPLICATE', 'SIGNATURE_INVALID'],
      'Signature lines are one dictionary (RFC 9421 4), so it is a label twice that is refused. A second Content-Digest line is no longer the value that was signed.',
    ],
    [
      50,
      'duplicate signed header with a comma value',
      ['HEADER_DUPLICATE', 'SIGNATURE_INVALID', 'ok'],
      'RFC 9110 5.3: lines of a list field are one value, however they are cut. "bs" covers the cuts as well.',
    ],
    [51, 'duplicate Host', ['HEADER_DUPLICATE']],
    [52, 'obsolete folds, bare CR, NUL, LF, space before the colon', ['host', 'AUTH_MALFORMED']],
    [53, 'CRLF in a value through the client', ['MESSAGE_MALFORMED']],
    [
      54,
      'line collision in the canonical text',
      ['AUTH_MALFORMED'],
      'A property test over values made of separators; a line break inside a value is AUTH_MALFORMED.',
    ],
    [55, 'headers named like derived components', ['ok', 'host']],
    [
      56,
      'covered list without a required component, empty, repeated, endless or in upper case',
      ['COMPONENT_MISSING', 'AUTH_MALFORMED', 'AUTH_TOO_LARGE'],
    ],
    [57, 'a covered header that is absent', ['COMPONENT_MISSING']],
    [58, 'underscore aliases', ['AUTH_MISSING', 'ok']],
    [
      59,
      'hop-by-hop strip',
      ['ok', 'IP_DENIED', 'SIGNATURE_INVALID', 'COMPONENT_MISSING'],
      'What a hop may strip by name: a signed field is then missing or changed, the address falls back to the socket.',
    ],
    [60, 'unknown, repeated and endless parameters, unclosed quotes', ['AUTH_MALFORMED', 'AUTH_TOO_LARGE']],
    [
      61,
      'regular expressions that blow up',
      [],
      'Fifteen shapes at 64 KB: below 5 ms, and at most 12 times the time for 10 times the size.',
    ],
    [
      62,
      'Latin-1, UTF-8 and obs-text bytes, unicode white space',
      ['AUTH_MALFORMED', 'SIGNATURE_INVALID', 'ok'],
      'The rule: a base is printable ASCII, white space is SP and HTAB; other bytes can only be covered with "bs".',
    ],
    [63, 'scheme confusion', ['AUTH_MISSING', 'ok']],
    [
      64,
      'signature in query and header',
      ['AUTH_DUPLICATE', 'AUTH_MISSING', 'ok'],
      'RFC 9421 has no signature in the query. Where another scheme has one, speaking both is AUTH_DUPLICATE.',
    ],
  ]),
  ...group('target', [
    [65, 'path tampering and dot segments', ['SIGNATURE_INVALID', 'TARGET_MALFORMED']],
    [
      66,
      'double encoding',
      ['SIGNATURE_INVALID'],
      'There is no looser mode, so no stricter one either: the bytes as signed, or SIGNATURE_INVALID.',
    ],
    [67, 'double slashes, backslash, parameters, fragment, raw UTF-8', ['SIGNATURE_INVALID', 'TARGET_MALFORMED']],
    [68, 'absolute, asterisk and authority form', ['HOST_MISMATCH', 'TARGET_MALFORMED', 'SIGNATURE_INVALID', 'ok']],
    [69, 'router sees another path than was verified', ['SIGNATURE_INVALID', 'TARGET_MALFORMED', 'SCOPE_DENIED', 'ok']],
    [70, 'query reordered, repeated, cut, extended', ['SIGNATURE_INVALID']],
    [71, 'plus, %20 and space; broken escapes', ['SIGNATURE_INVALID', 'TARGET_MALFORMED']],
    [72, 'unicode normalisation and homoglyphs', ['SIGNATURE_INVALID', 'TARGET_MALFORMED', 'HOST_MISMATCH']],
    [73, 'query against form body', ['SIGNATURE_INVALID', 'DIGEST_MISMATCH']],
    [74, 'another host, port, trailing dot', ['HOST_MISMATCH', 'ok']],
    [75, 'method swap and method override', ['SIGNATURE_INVALID', 'METHOD_MALFORMED']],
    [76, 'GET to HEAD, OPTIONS bypass', ['SIGNATURE_INVALID', 'AUTH_MISSING']],
  ]),
  ...group('body', [
    [77, 'body swap', ['DIGEST_MISMATCH']],
    [
      78,
      'digest header stripped, unsigned, weak or one of several wrong',
      ['DIGEST_MISSING', 'COMPONENT_MISSING', 'DIGEST_MISMATCH', 'AUTH_MALFORMED'],
    ],
    [
      79,
      'body on GET, empty and absent body',
      ['DIGEST_MISSING', 'COMPONENT_MISSING', 'ok'],
      'RFC 9421 sees no difference between an empty and an absent body, so the default policy wants a digest of content only; one that requires "body" wants it of every request.',
    ],
    [80, 'JSON that was serialised again', ['DIGEST_MISMATCH', 'ARGUMENT_INVALID']],
    [81, 'content and transfer codings', ['CONTENT_ENCODING_UNSUPPORTED', 'DIGEST_MISMATCH', 'ok']],
    [82, 'chunks, chunk extensions, trailers, two lengths', ['host', 'BODY_UNREADABLE', 'AUTH_MISSING', 'ok']],
    [83, 'unbounded and slow body', ['BODY_TOO_LARGE', 'TIMESTAMP_EXPIRED']],
    [
      84,
      'body consumed before it is verified',
      ['BODY_CONSUMED', 'HOST_FAULT'],
      'The order of middleware is not known at set-up: the first request shows it, as an error of the host.',
    ],
    [85, 'handler runs before the digest is known', ['DIGEST_MISMATCH', 'ok']],
  ]),
  ...group('network-and-leaks', [
    [86, 'X-Forwarded-For spoofed', ['IP_DENIED', 'IP_UNDETERMINED', 'ok']],
    [87, 'other spellings of an address', ['IP_DENIED', 'IP_UNDETERMINED', 'ok']],
    [88, 'allow and deny overlap, /0, empty list', ['IP_DENIED', 'CONFIG_INVALID', 'ok']],
    [89, 'scope escalation', ['SCOPE_DENIED', 'CONFIG_INVALID', 'HOST_FAULT']],
    [90, 'minting beyond own scopes', ['SCOPE_DENIED', 'ARGUMENT_INVALID', 'KEY_NOT_FOUND', 'ok']],
    [
      91,
      'prototype pollution',
      [],
      'No own key of the built-in prototypes changes, and no lookup finds what they inherit.',
    ],
    [92, 'cache poisoning', ['ok']],
    [
      93,
      'identity header spoofed',
      ['ok'],
      'Identity is passed in the verdict and never in a header, so there is none to strip.',
    ],
    [
      94,
      'crypto denial of service',
      ['AUTH_DUPLICATE', 'KEY_UNKNOWN', 'KEY_WEAK', 'RATE_LIMITED', 'ok'],
      'A request costs one verification at most, and an address that is over its rate costs none.',
    ],
    [
      95,
      'secret in logs',
      [],
      'Public objects, verdicts and errors through nine printers; the printers are shown to find what is not hidden.',
    ],
    [96, 'secret in parser errors', ['KEY_MALFORMED', 'MESSAGE_MALFORMED', 'ARGUMENT_INVALID']],
    [97, 'error that echoes the expected text or MAC', ['SIGNATURE_INVALID']],
    [98, 'server time poisoned', ['CLOCK_UNTRUSTED', 'CONFIG_INVALID']],
    [99, 'races of limits and quotas', ['RATE_LIMITED', 'REPLAY', 'SIGNATURE_INVALID', 'ok']],
    [100, 'adapter faults', ['STORE_UNAVAILABLE', 'KEY_SOURCE_FAILED', 'HOST_FAULT']],
  ]),
  ...group('unsigned-body', [
    [
      101,
      'an unsigned body beside a head that announces none',
      ['DIGEST_MISSING', 'COMPONENT_MISSING', 'DIGEST_MISMATCH', 'ok'],
      'Node refuses the two fields together unless insecureHTTPParser is set; a host that builds a request from parts may hand over any pair.',
    ],
  ]),
  ...group('route-scopes', [
    [
      102,
      'a path that the scope rule and the router read differently',
      ['TARGET_MALFORMED', 'METHOD_MALFORMED', 'SCOPE_DENIED', 'ok'],
      'Every spelling that a router, a proxy or a URL parser folds is refused before a scope is asked for; letter case is the same path.',
    ],
  ]),
  ...group('clock-steps', [
    [
      103,
      'the clock of a verifier set back, or ahead and back again',
      ['CLOCK_UNSAFE', 'REPLAY', 'REPLAY_BARRIER', 'TIMESTAMP_EXPIRED', 'ok'],
      'Every middleware; the nonce is remembered through every step, and honest clients get in again by themselves.',
    ],
  ]),
  ...group('shared-windows', [
    [
      104,
      'one replay store, two windows',
      ['REPLAY', 'CONFIG_INVALID', 'ok'],
      'A store keeps every nonce for its own window, and refuses a verifier with a longer one.',
    ],
  ]),
  ...group('scheme-policies', [
    [
      105,
      'a weaker scheme loosens what a stronger one must cover',
      [
        'COMPONENT_MISSING',
        'NONCE_MALFORMED',
        'SIGNATURE_INVALID',
        'TIMESTAMP_MALFORMED',
        'REPLAY',
        'CONFIG_INVALID',
        'ok',
      ],
      'The weaker scheme is still served beside the stronger one, by what it states of itself. A policy that a scheme cannot meet is CONFIG_INVALID.',
    ],
  ]),
  ...group('folded-lines', [
    [
      106,
      'a covered field cut into lines that the host folds or drops',
      ['HEADER_DUPLICATE', 'SIGNATURE_INVALID', 'ok'],
      'The list is read from Node by test/unit/server/steps/folded-fields.test.ts. HTTP/2 may send cookies in crumbs: they are joined as RFC 9113 8.2.3 says.',
    ],
  ]),
  ...group('exchange-coverage', [
    [
      107,
      'a change that keeps the base and lies in what is declared as covered',
      ['COMPONENT_MISSING', 'DIGEST_MISSING', 'SIGNATURE_INVALID', 'AUTH_MALFORMED', 'ok'],
      "Against an exchange's scheme: every change of every sample is tried in test/property/exchange-changes.test.ts; here the worst of them are sent to every middleware.",
    ],
  ]),
  ...group('key-existence', [
    [
      108,
      'the time of a refusal tells whether a key exists',
      [
        'KEY_UNKNOWN',
        'ALG_MISMATCH',
        'SIGNATURE_MALFORMED',
        'SIGNATURE_INVALID',
        'KEY_SOURCE_FAILED',
        'KEY_DISABLED',
        'KEY_REVOKED',
        'KEY_EXPIRED',
        'KEY_NOT_YET_VALID',
        'ok',
      ],
      'Every refusal between look-up and verdict is one verification, counted. The times of known and unknown keys are compared as well, best effort.',
    ],
  ]),
]
