import type { TextMistake } from '../../scheme/mistakes.js'
import { otherPorts } from '../../scheme/request-mistakes.js'

/** What goes wrong with the method, and with the host that a request is for. */

export const METHOD: readonly TextMistake[] = [
  {
    id: 'case',
    rank: 1,
    cause: 'The method was signed in small letters.',
    fix: 'RFC 9421 2.2.1: "@method" is the method as it is sent, in capitals.',
    apply: (text) => [[text.toLowerCase()], [text.toUpperCase()]],
  },
  {
    id: 'other',
    rank: 2,
    cause: 'Another method was signed than the request was sent with.',
    fix: 'Sign the method that is sent; a redirect turns POST into GET.',
    apply: () => ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].map((one) => [one, one] as const),
  },
]

export const AUTHORITY: readonly TextMistake[] = [
  {
    id: 'port',
    rank: 1,
    cause: 'The authority was signed with a port that does not belong there, or without the one that does.',
    fix: 'RFC 9421 2.2.3: lower case, the default port left out, any other port kept.',
    apply: (text) => [
      [text.replace(/:\d+$/, '')],
      [`${text.replace(/:\d+$/, '')}:443`],
      [`${text.replace(/:\d+$/, '')}:80`],
      [`${text}:8080`],
      [`${text}:3000`],
      [`${text}:8443`],
      [text.replace(/(:\d+)$/, '$1$1'), 'the port twice'],
    ],
  },
  otherPorts(
    'The authority was signed with a port that does not belong there, or without the one that does.',
    'RFC 9421 2.2.3: any port but the default one is kept; let proxies pass Host on with its port.',
  ),
  {
    id: 'empty',
    rank: 1,
    cause: 'The authority was signed as the empty text.',
    fix: 'A URI in origin form has none: take it from Host (RFC 9421 2.2.3), or make the URI absolute first.',
    apply: () => [['']],
  },
  {
    id: 'url',
    rank: 1,
    cause: 'The authority was signed as a URL.',
    fix: 'RFC 9421 2.2.3: the host (and port) alone, without scheme and path.',
    apply: (text) => [[`https://${text}`], [`http://${text}`], [`https://${text}/`], [`http://${text}/`]],
  },
  {
    id: 'case',
    rank: 2,
    cause: 'The authority was signed with capitals.',
    fix: 'RFC 9421 2.2.3: the authority is lower case.',
    apply: (text) => [
      [text.toUpperCase()],
      [text.replace(/^\w/, (one) => one.toUpperCase())],
      [text.replace(/^[^.]+/, (one) => one.toUpperCase())],
      [text.replace(/(?<=^|[.-])\w/g, (one) => one.toUpperCase())],
    ],
  },
  {
    id: 'www',
    rank: 2,
    cause: 'The authority was signed for a neighbouring host (with or without "www.").',
    fix: 'Sign the host that the request goes to.',
    apply: (text) => [[`www.${text}`], [text.replace(/^www\./, '')]],
  },
]
