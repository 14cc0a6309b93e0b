import { type CommandRow, LISTEN_ELSEWHERE, type OptionRow } from './command-row.js'
import { ACT, CREATE, KEYRING, PUBLIC_KEY, SECRET_FILE } from './keyring-options.js'

const ID = ['<id>', 'id of the key'] as const
const CHANGE: readonly OptionRow[] = [...ACT, ...KEYRING]
const ALONE: OptionRow = { flags: '--alone', text: 'no other process uses the store: wait for none' }
const SINCE: OptionRow = { flags: '--since <duration>', text: 'how far back the incident report goes: 30d' }

/** What `countersign keys` can do. */
export const KEYS_COMMANDS: readonly CommandRow[] = [
  {
    name: 'keys issue',
    args: [],
    text: 'issue a key; its secret is shown once',
    options: [
      { flags: '--owner <name>', text: 'whose key it is' },
      { flags: '--scope <scope>', text: 'what it may do: orders:read', many: true },
      { flags: '--name <text>', text: 'display name' },
      { flags: '--tag <text>', text: 'tag', many: true },
      { flags: '-a, --algorithm <name>', text: 'algorithm (default: hmac-sha256; with --public-key ed25519)' },
      PUBLIC_KEY,
      {
        flags: '--expires-in <duration>',
        text: 'life of the key (default: 90d)',
        elsewhere: ['--ttl', '--expiry', '--life'],
      },
      { flags: '--never-expires', text: 'no end', without: ['--expires-in'] },
      {
        flags: '--allow-ip <range>',
        text: 'address or range it may be used from',
        many: true,
        elsewhere: ['--ip', '--ips', '--cidr', '--whitelist', '--allowlist'],
      },
      { flags: '--deny-ip <range>', text: 'address or range it may not be used from', many: true },
      { flags: '--rate <limit>', text: 'requests in a time: 600/1m', elsewhere: ['--limit', '--rate-limit', '--rps'] },
      { flags: '--lock-after-idle <duration>', text: 'lock it when it is unused for so long' },
      { flags: '--rotate-every <duration>', text: 'when its owner should rotate it' },
      SECRET_FILE,
      CREATE,
      ...CHANGE.filter(({ flags }) => !flags.startsWith('--reason')),
    ],
    load: () => import('./commands/keys/issue.js'),
  },
  {
    name: 'keys list',
    args: [],
    text: 'keys as a table',
    options: [
      { flags: '--owner <name>', text: 'of this owner only' },
      {
        flags: '--status <status>',
        text: 'in this status only',
        choices: ['active', 'rotating', 'disabled', 'revoked'],
      },
      { flags: '--limit <number>', text: 'at most so many', fallback: '100' },
      { flags: '--ids', text: 'ids only, one per line' },
      ...KEYRING,
    ],
    load: () => import('./commands/keys/list.js'),
  },
  {
    name: 'keys describe',
    args: [ID],
    text: 'everything that is known of a key, but its secret',
    options: KEYRING,
    load: async () => (await import('./commands/keys/change.js')).describe,
  },
  {
    name: 'keys rotate',
    args: [ID],
    text: 'a successor with the same end; both work for a while',
    options: [
      { flags: '--overlap <duration>', text: 'how long the old key still works (default: 24h)' },
      { flags: '--compromised', text: 'revoke the old key at once' },
      PUBLIC_KEY,
      SECRET_FILE,
      ...CHANGE,
    ],
    load: async () => (await import('./commands/keys/rotate.js')).rotate,
  },
  {
    name: 'keys renew',
    args: [ID],
    text: 'a successor with a new life',
    options: [
      { flags: '--overlap <duration>', text: 'how long the old key still works (default: 24h)' },
      { flags: '--expires-in <duration>', text: 'life of the new key (default: 90d)' },
      PUBLIC_KEY,
      SECRET_FILE,
      ...CHANGE,
    ],
    load: async () => (await import('./commands/keys/rotate.js')).renew,
  },
  {
    name: 'keys disable',
    args: [ID],
    text: 'refuse a key until it is enabled',
    options: CHANGE,
    load: async () => (await import('./commands/keys/change.js')).disable,
  },
  {
    name: 'keys enable',
    args: [ID],
    text: 'accept a disabled or locked key again',
    options: CHANGE,
    load: async () => (await import('./commands/keys/change.js')).enable,
  },
  {
    name: 'keys revoke',
    args: [ID],
    text: 'refuse a key for good',
    options: [
      { flags: '--wait', text: 'end when no process accepts it any more' },
      { ...ALONE, needs: ['--wait'] },
      ...CHANGE,
    ],
    load: async () => (await import('./commands/keys/change.js')).revoke,
  },
  {
    name: 'keys compromise',
    args: [ID],
    text: 'a key has leaked: revoke it everywhere, replace it, and report its use',
    options: [SINCE, PUBLIC_KEY, SECRET_FILE, ALONE, ...CHANGE],
    load: () => import('./commands/keys/compromise.js'),
  },
  {
    name: 'keys rewrap',
    args: [],
    text: 'seal and bind with --kek what a --former-kek sealed',
    options: CHANGE,
    load: async () => (await import('./commands/keys/upkeep.js')).rewrap,
  },
  {
    name: 'keys audit verify',
    args: [['<file>', 'an audit trail with a chain; its older files beside it are read too']],
    text: 'whether a trail is as it was written',
    options: [
      { flags: '--audit-key <place>', text: 'where the key of a keyed chain is kept' },
      { flags: '--head <hash>', text: 'a head that was kept elsewhere and must be there', many: true },
      { flags: '--allow-truncated-start', text: 'old files were deleted on purpose' },
      { flags: '--vault-passphrase <place>', text: 'where the passphrase of a vault is kept' },
    ],
    load: async () => (await import('./commands/keys/upkeep.js')).auditVerify,
  },
  {
    name: 'keys rules',
    args: [],
    text: 'rules with which scanners find leaked secrets',
    options: [
      { flags: '--prefix <text>', text: 'prefix of ids and secrets (or COUNTERSIGN_PREFIX)' },
      {
        flags: '--for <scanner>',
        text: 'whose rules',
        choices: ['gitleaks', 'trufflehog', 'secretlint', 'github'],
        fallback: 'gitleaks',
      },
      { flags: '--verify-url <url>', text: 'for trufflehog: where a found secret is asked about' },
    ],
    load: async () => (await import('./commands/keys/upkeep.js')).rules,
  },
  {
    name: 'keys serve',
    args: [],
    text: 'serve the admin API (docs/keyring-api.md) until stopped',
    options: [
      {
        flags: '--listen <address>',
        text: 'address and port',
        fallback: '127.0.0.1:8787',
        elsewhere: LISTEN_ELSEWHERE,
      },
      { flags: '--origin <url>', text: 'what clients call it (default: http://localhost and the port)' },
      {
        flags: '--console',
        text: 'serve the keys page too (docs/console.md), with a link that lets one administrator in',
      },
      {
        flags: '--scope <scope>',
        text: 'what keys may be given on the page (default: api:read, api:write, api:admin)',
        many: true,
        needs: ['--console'],
      },
      {
        flags: '--api <host>',
        text: 'host of the service whose requests the keys sign, for the test box and the guide of the page',
        needs: ['--console'],
      },
      {
        flags: '--actor <name>',
        text: 'name of the administrator (default: the user of this process)',
        needs: ['--console'],
      },
      { ...ALONE, needs: ['--console'] },
      { ...CREATE, needs: ['--console'] },
      ...KEYRING,
    ],
    load: () => import('./commands/keys/serve.js'),
  },
]
