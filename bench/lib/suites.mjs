/** The files of the suites, and the beginnings of the names of their rows: only what is asked for is loaded. */
export const SUITES = [
  { file: 'hmac', names: ['hmac/sha256', 'hmac/sha384', 'hmac/sha512'] },
  { file: 'exchange', names: ['binance', 'okx', 'bybit', 'gate', 'kraken'].map((name) => `exchange/${name}`) },
  { file: 'sigv4', names: ['sigv4/sign'] },
  { file: 'wallet', names: ['wallet/hyperliquid', 'wallet/polymarket'] },
  { file: 'webhook', names: ['webhook/stripe', 'webhook/github', 'webhook/standard'] },
  { file: 'rfc9421-hmac', names: ['rfc9421/hmac/sign', 'rfc9421/hmac/verify'] },
  {
    file: 'asymmetric',
    names: ['ed25519', 'ecdsa-p256-sha256', 'rsa-v1_5-sha256', 'rsa-pss-sha512'].flatMap((name) => [
      `rfc9421/${name}/sign`,
      `rfc9421/${name}/verify`,
    ]),
  },
  { file: 'agents', names: ['agents/verify', 'agents/parse'] },
  { file: 'query', names: ['query/verify'] },
  { file: 'server', names: ['server/get', 'server/post'] },
  { file: 'event-loop', names: ['event-loop/saturated', 'event-loop/bursts'] },
  { file: 'client', names: ['client/undici'] },
  {
    file: 'allocation',
    names: ['rfc9421', 'query', 'hmac', 'verifier', 'exchange'].map((name) => `allocation/${name}`),
  },
  { file: 'keyring', names: ['keyring/verify'] },
  { file: 'address-rules', names: ['address-rules/ipv4', 'address-rules/ipv6'] },
  { file: 'shared-replay', names: ['replay/redis', 'replay/ioredis'] },
  { file: 'growth', names: ['body', 'headers', 'keys', 'nonces', 'scopes'].map((name) => `growth/${name}`) },
  { file: 'keyring-costs', names: ['keyring/usage', 'keyring/parts', 'replay/memory'] },
]
