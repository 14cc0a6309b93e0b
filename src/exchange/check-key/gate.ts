import { CountersignError } from '../../errors.js'
import type { KeyAnswer } from './key-report.js'
import { flag, list, record, text, texts, whole } from './read-answer.js'

const TRADES = /^(?:spot|margin|futures|delivery|options|unified|crossx)$/

/** The record of one key among all of the account, each shown by its first characters. */
function ownRecord(answer: unknown, keyId: string | undefined): Readonly<Record<string, unknown>> {
  const all = (Array.isArray(answer) ? list(answer, 'the answer') : [answer]).map((one) => record(one, 'the answer'))
  const shown = (key: unknown): string => (typeof key === 'string' ? key.replace(/\*+$/, '') : '')
  const own = all.filter(({ key }) => shown(key) !== '' && keyId?.startsWith(shown(key)))
  const [only] = own.length === 0 && all.every(({ key }) => shown(key) === '') ? all : own
  if (only !== undefined && (own.length === 1 || all.length === 1)) return only
  throw new CountersignError(
    'EXCHANGE_REFUSED',
    `the answer must show one key as this one, got ${own.length} of ${all.length}`,
  )
}

/** @see {@link https://www.gate.com/docs/developers/apiv4/en/#query-all-main-account-key-information | Gate, main account keys} */
export const gate: KeyAnswer = {
  path: '/api/v4/account/main_keys',
  refusal: ({ label }) => label,
  read: (answer, keyId) => {
    const own = ownRecord(answer, keyId)
    const perms = list(own['perms'], 'perms').map((one) => {
      const perm = record(one, 'perms')
      return { name: text(perm, 'name'), write: perm['read_only'] === undefined || !flag(perm, 'read_only') }
    })
    const may = (pattern: RegExp): boolean => perms.some(({ name, write }) => write && pattern.test(name))
    return {
      permissions: perms.map(({ name, write }) => (write ? name : `${name}:read`)),
      withdraw: may(/^withdraw/),
      trade: may(TRADES),
      ipBound: texts(own, 'ip_whitelist').length > 0,
      createdMs: whole(own, 'created_at') * 1000,
    }
  },
  // Help centre, 17521.
  lifetime: { days: 90, since: 'creation' },
}
