import type { CommandRow } from './command-row.js'
import { ALGORITHMS, EXCHANGE, KEY, OF_EXCHANGE, PUBLIC_ELSEWHERE, VAULT, withExchange } from './signing-options.js'

/** What looks for a mistake. */
export const SET_UP_COMMANDS: readonly CommandRow[] = [
  {
    name: 'explain',
    args: [
      ['[file]', 'the request: raw HTTP, a curl line, a HAR entry, a fetch snippet, JSON (default: standard input)'],
    ],
    text: 'why a request does not verify; nothing is sent anywhere',
    options: [
      { flags: '-c, --clipboard', text: 'read what was copied' },
      {
        flags: '-P, --public-key <file>',
        text: 'public key of the client: PEM or JWK',
        without: ['--key', '--secret'],
        elsewhere: PUBLIC_ELSEWHERE,
      },
      {
        flags: '-k, --key <place>',
        text: 'key or shared secret: file:PATH, env:NAME, vault:FILE#NAME, exec:COMMAND, prompt',
      },
      { flags: '-a, --algorithm <name>', text: 'algorithm of the key', choices: ALGORITHMS },
      {
        flags: '-s, --scheme <name>',
        text: 'rfc9421, an exchange, or a scheme such as stripe (default: found by itself)',
        elsewhere: ['--exchange', '-x'],
      },
      { flags: '--variant <name>', text: 'another way to sign of the same exchange', needs: ['--scheme'] },
      { flags: '--secret <place>', text: 'where the secret of the API key is kept', without: ['--key'] },
      { flags: '--passphrase <place>', text: 'where the passphrase of the key or of the API key is kept' },
      VAULT,
      {
        flags: '--refusal <file>',
        text: 'the answer of the server',
        elsewhere: ['--answer', '--response', '--error'],
      },
      { flags: '--string-to-sign <file>', text: 'what the other side shows as signed' },
      { flags: '--at <time>', text: 'when the request was judged' },
      { flags: '--budget <duration>', text: 'how long mistakes are searched for (default: 800ms)' },
    ],
    elsewhere: Object.fromEntries(
      ['--curl', '--file', '--request', '-f', '-r'].map((option) => [
        option,
        'The request is a file (explain request.txt), standard input or --clipboard',
      ]),
    ),
    load: () => import('./commands/explain.js'),
  },
  {
    name: 'doctor',
    args: [],
    text: 'check the set-up: clock, key files, key, permissions and end at an exchange',
    options: [
      { flags: '-u, --url <url>', text: 'compare the clock with the Date field of its answer' },
      ...withExchange(KEY),
      ...EXCHANGE,
      { flags: '--needs <permission>', text: 'what the key must be able to do: trade', many: true, needs: OF_EXCHANGE },
    ],
    load: () => import('./commands/doctor.js'),
  },
  {
    name: 'inspect',
    args: [],
    text: 'serve the debugging page to this machine: what is signed, what differs, and why',
    options: [{ flags: '--port <number>', text: 'port on 127.0.0.1 (default: any free one)' }],
    elsewhere: { '--open': 'It opens nothing by itself: follow the address that it prints' },
    load: () => import('./commands/inspect.js'),
  },
]
