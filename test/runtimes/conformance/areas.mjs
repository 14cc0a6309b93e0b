/**
 * The conformance part of the tests: which files belong to which column of the table in docs/runtimes.md. They are the files of
 * `npm test` themselves, so that nothing is tested twice in two ways.
 * @type {ReadonlyArray<readonly [area: string, files: readonly string[]]>}
 */
export const AREAS = [
  ['by public names', ['runtimes/conformance/families.test.ts']],
  [
    'RFC 9421',
    [
      ...['rfc9421', 'published', 'gnap', 'structured-fields'].map((name) => `vectors/${name}.test.ts`),
      ...['signer', 'several-signatures', 'forged-lines'].map((name) => `unit/schemes/rfc9421/${name}.test.ts`),
    ],
  ],
  [
    'keys',
    [
      'runtimes/conformance/keys.test.ts',
      'unit/crypto/pem.test.ts',
      'unit/crypto/random.test.ts',
      'vectors/rfc9964.test.ts',
    ],
  ],
  ['algorithms', ['vectors/wycheproof.test.ts', 'unit/crypto/aead.test.ts', 'unit/crypto/md5.test.ts']],
  [
    'messages',
    ['fields', 'message', 'method', 'content-digest', 'digest-stream', 'fetch-init'].map(
      (name) => `unit/message/${name}.test.ts`,
    ),
  ],
  [
    'client and server',
    ['unit/client/double-knock', 'unit/client/signature-error', 'unit/server/pipeline', 'unit/server/verdict'].map(
      (name) => `${name}.test.ts`,
    ),
  ],
  ['laws', ['rfc9421', 'sigv4', 'legacy', 'header', 'profiles', 'azure'].map((name) => `property/${name}.test.ts`)],
  ['exchanges', ['vectors/exchange.test.ts', 'property/exchange-recipes.test.ts']],
  ['SigV4', ['sigv4', 'sigv4-clones', 'sigv4-google', 'sigv4-s3'].map((name) => `vectors/${name}.test.ts`)],
  ['webhooks', ['property/webhooks.test.ts', 'unit/webhook/webhook.test.ts', 'unit/webhook/senders.test.ts']],
  [
    'legacy',
    ['cavage', 'dpop', 'hawk', 'ibkr', 'jwt', 'kong', 'oauth1']
      .map((name) => `unit/schemes/legacy/${name}.test.ts`)
      .concat('vectors/azure.test.ts'),
  ],
  ['own headers', ['unit/schemes/header/header-scheme.test.ts']],
  ['agents', ['vectors/agents.test.ts', 'vectors/agent-gaps.test.ts', 'vectors/adcp.test.ts']],
  [
    'wallets',
    ['wallet-exchanges', 'wallet-orders', 'hyperliquid', 'hyperliquid-multi-sig', 'dydx', 'edgex', 'grvt', 'nado'].map(
      (name) => `vectors/${name}.test.ts`,
    ),
  ],
]
