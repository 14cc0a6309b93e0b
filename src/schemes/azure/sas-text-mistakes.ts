import type { TextMistake } from '../scheme/mistakes.js'
import { PATH } from '../scheme/request-mistakes.js'
import type { SasService } from './sas-form.js'

/* Mistakes in single values of a shared access signature. */

/** A value decoded, or as it is where it cannot be. */
export const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What every value can be signed as. */
export const encodings: readonly TextMistake[] = [
  {
    id: 'encoding',
    rank: 1,
    cause: 'The $ was signed percent-encoded, and not as its characters.',
    fix: 'Sign the decoded values; encode them only when they are put into the URL.',
    apply: (text) => [[encodeURIComponent(text)], [decoded(text)]],
  },
]

/** Forms of ISO 8601 that the service takes, and a library writes anew. */
export const MOMENT: TextMistake = {
  id: 'form',
  rank: 1,
  cause: 'The $ was signed in another form of the same moment than it was sent in: a library wrote the time anew.',
  fix: 'Append the token as text, as it was made; libraries that take it apart may write se=2023-11-20T13:21Z as …T13:21:00Z.',
  *apply(text) {
    const ms = Date.parse(text)
    if (Number.isNaN(ms)) return
    const iso = new Date(ms).toISOString()
    yield [`${iso.slice(0, 16)}Z`, 'to the minute']
    yield [`${iso.slice(0, 19)}Z`, 'to the second']
    yield [iso.slice(0, 10), 'the day alone']
    yield [iso.replace('Z', '0000Z'), 'with seven digits behind the point']
  },
}

/** Names that stand for the account. */
export const ACCOUNT: TextMistake = {
  id: 'other',
  rank: 1,
  cause: 'Another name was signed for the account than that of the host.',
  fix: 'Give the library the bare name of the account, without https:// and without .blob.core.windows.net.',
  apply: (text) =>
    ['blob', 'file', 'queue', 'table', 'dfs']
      .flatMap((service) => [`${text}.${service}.core.windows.net`, `https://${text}.${service}.core.windows.net`])
      .flatMap((one) => [[one, one] as const, [`${one}/`, `${one}/`] as const]),
}

/** Permissions. */
export const LETTERS: TextMistake = {
  id: 'order',
  rank: 1,
  cause: 'The permissions were signed in another order, or others were signed, than were sent.',
  fix: 'Write the letters in the order of the service (racwdxltmeop), sign that text and send it.',
  apply: (text) => [
    [[...text].sort().join('')],
    [[...text].reverse().join('')],
    ...['r', 'rl', 'rw', 'racwd', 'racwdl', 'rwdlac', 'rwdlacup'].map((one) => [one, one] as const),
  ],
}

/** The canonical name of what a SAS is for. */
export const resource = (
  service: SasService,
  account: string,
  segments: readonly string[],
  authority: string,
): readonly TextMistake[] => {
  const [container = ''] = segments
  return [
    ...(service === 'table' && container !== container.toLowerCase()
      ? [
          {
            id: 'case',
            rank: 1,
            cause: 'The name of the table was signed with capitals.',
            fix: 'Sign it in small letters; in "tn" and in the path it may stand as it was made.',
            apply: () => [[`/${service}/${account}/${container.split('(', 1)[0]}`] as const],
          } satisfies TextMistake,
        ]
      : []),
    {
      id: 'kind',
      rank: 1,
      cause:
        'The signature is for another resource than "sr" states: for the container in place of the blob, or the other way round.',
      fix: 'With sr=b sign /blob/account/container/name, with sr=c /blob/account/container.',
      apply: () => [
        [`/${service}/${account}/${container}`, 'the container'],
        [`/${service}/${account}/${segments.join('/')}`, 'the whole path'],
        [`/${service}/${account}/$root/${segments.join('/')}`, 'in $root'],
        [`/${service}/${account}/`, 'the account'],
      ],
    },
    {
      id: 'account',
      rank: 1,
      cause: 'The canonical name of the resource was signed without the account, or with it twice.',
      fix: 'Since version 2015-02-21: "/", the service (blob, file, queue, table), "/", the account, and the decoded path.',
      apply: (text) => [
        [text.replace(`/${account}`, ''), 'without the account'],
        [text.replace(`/${account}`, '/'), 'an empty name in its place'],
        [text.replace(`/${account}/`, `/${account}/${account}/`), 'the account twice'],
        [`/${service}/${account}${text}`, 'with its service and account before it once more'],
      ],
    },
    {
      id: 'url',
      rank: 1,
      cause: 'The URL was signed where the canonical name of the resource belongs.',
      fix: 'Since version 2015-02-21: "/", the service (blob, file, queue, table), "/", the account, and the decoded path; no host.',
      apply: () => [
        [`https://${account}.${service}.core.windows.net/${segments.join('/')}`],
        [`https://${authority}/${segments.join('/')}`],
        [`/${service}/${account}https://${authority}/${segments.join('/')}`, 'behind the account'],
      ],
    },
    {
      id: 'form',
      rank: 1,
      cause: 'The canonical name of the resource was written in another way.',
      fix: 'Since version 2015-02-21: "/", the service (blob, file, queue, table), "/", the account, and the decoded path.',
      apply: (text) => [
        [text.replace(`/${service}/`, '/'), 'without the service'],
        [text.slice(1), 'without the first slash'],
        [`${text}/`, 'with a slash at its end'],
        [text.toLowerCase(), 'in small letters'],
        [`/${segments.join('/')}`, 'the path alone'],
        [text.split('/').map(encodeURIComponent).join('/'), 'percent-encoded'],
      ],
    },
    ...PATH.filter(({ id }) => id !== 'left-out').map((one) => ({
      ...one,
      *apply() {
        for (const [changed, detail = ''] of one.apply(`/${segments.join('/')}`))
          yield [`/${service}/${account}${changed}`, detail] as const
      },
    })),
  ]
}
