import { en, type Texts } from './en.js'

export const ja: Texts = en
