import { only, type TextMistake } from '../../schemes/scheme/mistakes.js'
import { TEXT_MISTAKES } from '../../schemes/scheme/text-mistakes.js'

const LEFT_OUT = only(TEXT_MISTAKES, 'left-out')

/** The hosts of an exchange that a request may have been signed for. */
export const otherHosts = (hosts: readonly string[]): TextMistake => ({
  id: 'other',
  rank: 1,
  cause:
    'Another host was signed than the request was sent to: a second address of the exchange, or a proxy in between.',
  fix: 'Sign the host that the request is sent to, and that receives it.',
  apply: () => hosts.map((one) => [one, one] as const),
})

export const WINDOW: readonly TextMistake[] = [
  {
    id: 'other',
    rank: 1,
    cause: 'Another receive window was signed than was sent.',
    fix: 'Sign the receive window that is sent; where none is sent, none is signed.',
    apply: () =>
      [
        '',
        '5000',
        '10000',
        '20000',
        '30000',
        '60000',
        '5',
        '3000',
        '1000',
        '2000',
        '4000',
        '6000',
        '8000',
        '15000',
        '50000',
      ].map((one) => [one, one === '' ? 'none was signed' : one] as const),
  },
]

export const KEY: readonly TextMistake[] = [
  ...LEFT_OUT,
  ...only(TEXT_MISTAKES, 'line-break', 'quoted'),
  {
    id: 'case',
    rank: 3,
    cause: 'The API key was signed in another case than it was sent in.',
    fix: 'Sign the API key as it is sent.',
    apply: (text) => [[text.toLowerCase()], [text.toUpperCase()]],
  },
]
