import type { CommandRow } from './command-row.js'
import {
  ALGORITHM,
  ANSWERED,
  EXCHANGE,
  KEY,
  KEY_ID,
  OF_EXCHANGE,
  own,
  PUBLIC_ELSEWHERE,
  SCHEME,
  SIGNATURE,
  TRACE,
  VAULT,
  VERIFIED_EXCHANGE,
  withExchange,
} from './signing-options.js'

/** What curl has options for, and `request` has words for. */
const CURL: Readonly<Record<string, string>> = {
  ...named('The method stands in front of the URL: request POST https://…', ['-X', '--method']),
  ...named('A header field is a word behind the URL: Name:value', ['-H', '--header', '--headers']),
  ...named('Members of JSON are words behind the URL, field=value or field:=json; a whole body is @file', [
    ...['-d', '--data', '--data-raw', '--data-binary', '--body', '-b'],
  ]),
  ...named('Print the head of the answer with --print hb', ['-I', '--include', '--head']),
  ...named('Redirect the output, > file: it is the body, byte for byte', ['-o', '--output', '-O']),
  ...named('A redirect is shown and not followed: its target would be shown what was signed', ['-L', '--location']),
  ...named('Certificates are always checked; with --allow-http nothing is encrypted', ['--insecure']),
}

/** What other programs have options for when they make a key. */
const KEYGEN: Readonly<Record<string, string>> = {
  ...named('The name of both files is a word: keygen bot-1', ['-o', '--out', '--output', '-f', '--file', '--name']),
  ...named('A key is never overwritten: state another name, or move its files away', ['--force', '--overwrite', '-y']),
}

/** A key, and one request or message with it. */
export const REQUEST_COMMANDS: readonly CommandRow[] = [
  {
    name: 'keygen',
    args: [['[name]', 'files are NAME.pem and NAME.pub.pem (default: key)']],
    text: 'make a key pair: the private half in a file of mode 600, the public one on the screen',
    options: [
      ALGORITHM,
      { ...KEY_ID, text: 'what the key is called (default: its thumbprint)' },
      { flags: '--encrypt', text: 'ask for a passphrase and encrypt the private key' },
      { flags: '--passphrase <place>', text: 'encrypt, with a passphrase that is kept there', without: ['--encrypt'] },
    ],
    elsewhere: KEYGEN,
    load: () => import('./commands/keygen.js'),
  },
  {
    name: 'request',
    args: [
      ['<method>', 'GET, POST …; may be left out'],
      ['[url]', 'https://…, or :8080/path for this machine; with --exchange a path is enough'],
      ['[items...]', 'Name:value, field=value, field:=json, name==value, @file'],
    ],
    text: 'sign a request and send it',
    options: [
      ...withExchange(KEY),
      ...own(SIGNATURE),
      { flags: '-f, --form', text: 'fields as a form in place of JSON', without: OF_EXCHANGE },
      { flags: '--print-curl', text: 'print the curl command that sends the same, and send nothing' },
      {
        flags: '-p, --print <parts>',
        text: 'H, B: head and body of the request; h, b: of the answer',
        without: ['--print-curl', '--verbose'],
      },
      { flags: '-v, --verbose', text: 'print all four', without: ['--print-curl'] },
      TRACE,
      { flags: '--timeout <duration>', text: 'how long to wait for the answer', fallback: '30s' },
      { flags: '--allow-http', text: 'send without TLS, also to another machine', without: OF_EXCHANGE },
      ...EXCHANGE,
      {
        flags: '--exchange-clock',
        text: 'ask the exchange for its time first, and sign with that',
        needs: OF_EXCHANGE,
      },
    ],
    elsewhere: CURL,
    load: () => import('./commands/request.js'),
  },
  {
    name: 'sign',
    args: [['[file]', 'a raw HTTP request or response (default: standard input)']],
    text: 'sign a raw HTTP message and print it',
    options: [...withExchange(KEY), ...own(SIGNATURE), ANSWERED, SCHEME, TRACE, ...EXCHANGE],
    load: () => import('./commands/sign.js'),
  },
  {
    name: 'verify',
    args: [['[file]', 'a raw HTTP request or response (default: standard input)']],
    text: 'judge a raw HTTP message as its receiver would',
    options: [
      {
        flags: '-P, --public-key <file>',
        text: 'public key of the sender: PEM or JWK',
        elsewhere: PUBLIC_ELSEWHERE,
      },
      {
        flags: '-k, --key <place>',
        text: 'shared secret: file:PATH, env:NAME, vault:FILE#NAME, exec:COMMAND, prompt',
        without: OF_EXCHANGE,
      },
      {
        ...KEY_ID,
        text: 'the only id that is accepted (default: any, with this key)',
        without: OF_EXCHANGE,
      },
      { ...ALGORITHM, without: OF_EXCHANGE },
      VAULT,
      { flags: '--max-age <duration>', text: 'how old a signature may be (default: 5m)' },
      { flags: '--at <time>', text: 'judge at another time, for a request that was kept' },
      {
        flags: '--require <component>',
        text: 'what must be covered, in place of method, authority, path, query and body',
        many: true,
        without: OF_EXCHANGE,
      },
      { flags: '--without-nonce', text: 'accept a signature without a nonce', without: OF_EXCHANGE },
      { flags: '--label <name>', text: 'which signature, where there are several', without: OF_EXCHANGE },
      ANSWERED,
      SCHEME,
      TRACE,
      ...VERIFIED_EXCHANGE,
    ],
    load: () => import('./commands/verify.js'),
  },
]

function named(text: string, options: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(options.map((option) => [option, text]))
}
