import { fail, kindOf } from '../../errors.js'
import type { SasService } from './sas-form.js'

/*
 * Letters of what a SAS permits, in the order of "Create a service SAS" and "Create an account SAS" of the Azure Storage REST
 * reference: the service takes each once and in this order. Of `x`, `y`, `t`, `f` and `i` the page and the official packages have
 * different places, so that these may stand anywhere.
 */
const LETTERS: Readonly<Record<SasService | 'account', string>> = {
  blob: 'racwdxyltfmeopi',
  file: 'rcwdl',
  queue: 'raup',
  table: 'raud',
  // Its order is not the same in all tools of the service.
  account: 'rwdxylacuptfi',
}
const ANYWHERE = 'xytfi'

/**
 * Refuses a word in the place of letters: `read` would permit deleting.
 *
 * @throws {CountersignError} `CONFIG_INVALID` with the letters that there are.
 */
export function assertPermissions(where: string, permissions: unknown, service: SasService | 'account'): void {
  const letters = LETTERS[service]
  const places = typeof permissions === 'string' ? [...permissions].map((letter) => letters.indexOf(letter)) : []
  const ordered = places.filter((place) => service !== 'account' && !ANYWHERE.includes(letters[place] ?? ''))
  const fits =
    places.length > 0 &&
    !places.includes(-1) &&
    new Set(places).size === places.length &&
    ordered.every((place, at) => at === 0 || place > (ordered[at - 1] as number))
  if (fits) return
  const order = service === 'account' ? '' : ' and in this order'
  const isWord = typeof permissions === 'string' && /^[a-z]{1,20}$/.test(permissions)
  fail(
    'CONFIG_INVALID',
    `${where}: "permissions" must be letters of "${letters}", each once${order}, such as "r" to read, got ${isWord ? JSON.stringify(permissions) : kindOf(permissions)}`,
  )
}
