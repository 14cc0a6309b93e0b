import { object, text } from '../../keyring/api/shapes.js'
import type { GuideAnswer } from '../contract.js'
import type { PortalCall, PortalRoute } from './call.js'
import { visibleKey } from './key-of.js'
import { refuse } from './refusal.js'

/** GET `guide`. */
async function guide(call: PortalCall): Promise<GuideAnswer> {
  const { portal, input } = call
  const { guide: made } = portal.settings
  if (made === undefined) return refuse(404, undefined, 'there is no guide here')
  const key = input.keyId === undefined ? undefined : await visibleKey(call, input.keyId)
  if (input.keyId !== undefined && key === undefined) return refuse(404, 'KEY_NOT_FOUND', 'there is no such key')
  const serving = made.code.filter(({ algorithms }) => key === undefined || algorithms.includes(key.algorithm))
  const found = serving.find(({ language }) => language === input.language) ?? serving[0]
  if (found === undefined) return refuse(404, undefined, 'there is no program for this kind of key')
  const { language, name, needs, run, files } = found
  const languages = [...new Set(serving.map((one) => one.language))]
  return { languages, language, markdown: made.markdown, code: files[0]?.text ?? '', name, needs, run, files }
}

export const GUIDE_ROUTE: PortalRoute = {
  method: 'GET',
  path: '/guide',
  kind: 'read',
  status: 200,
  query: object({ language: text(64), keyId: text(256) }),
  run: guide,
}
