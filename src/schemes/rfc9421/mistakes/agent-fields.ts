import { FIELD } from '../../scheme/field-mistakes.js'
import type { TextMistake } from '../../scheme/mistakes.js'

/** What goes wrong with the fields by which agents and their tokens are named. */

const STRUCTURED: readonly TextMistake[] = [
  {
    id: 'form',
    rank: 1,
    cause: 'The value of $ was signed in another form than it is sent in: without its quotation marks, or as a member.',
    fix: 'RFC 9421 2.1.2: sign the member as it stands in the field, with its quotation marks and without its name.',
    apply: (text) => [
      [text.replaceAll('"', ''), 'without quotation marks'],
      [`"${text}"`, 'in quotation marks'],
      [`sig1=${text}`, 'with the name of the member'],
      [text.replace(/\/(?="$)/, ''), 'without the slash at its end'],
      [text.replace(/(?<!\/)"$/, '/"'), 'with a slash at its end'],
      [text.replace(/;.*$/s, ''), 'without its parameters'],
      [`${text};type=directory`, 'with the parameter "type"'],
    ],
  },
  ...FIELD,
]

const SCHEMES = ['GNAP', 'Bearer', 'DPoP']

const AUTHORIZATION: readonly TextMistake[] = [
  {
    id: 'scheme',
    rank: 1,
    cause: 'The token was signed without the scheme before it, or with another one, or the other way round.',
    fix: 'Sign the whole value of Authorization as it is sent: the scheme, a space and the token.',
    apply: (text) => {
      const token = text.replace(/^\S+ +/, '')
      return [
        [token, 'the token alone'],
        ...SCHEMES.map((scheme) => [`${scheme} ${token}`, `"${scheme}" before the token`] as const),
        [text.replace(/^\S+/, (scheme) => scheme.toLowerCase()), 'the scheme in small letters'],
      ]
    },
  },
  ...FIELD,
]

export const AGENT_FIELDS: Readonly<Record<string, readonly TextMistake[]>> = {
  'signature-agent': STRUCTURED,
  'ucp-agent': STRUCTURED,
  authorization: AUTHORIZATION,
}
