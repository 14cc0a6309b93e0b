export type { ClientFile } from '../clients/template.js'
export { type ClientGuide, clientGuide } from './client-guide.js'
export type { GuideCode } from './code.js'
export type { ClientGuideOptions, GuideBrand } from './options.js'
