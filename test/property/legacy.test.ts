import { LEGACY_SCHEMES } from '../contract/schemes/legacy.js'
import { schemeLaws } from './scheme-laws.js'

for (const row of LEGACY_SCHEMES) schemeLaws(row.name, row)
