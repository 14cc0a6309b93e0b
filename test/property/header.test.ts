import { HEADER_SCHEMES } from '../contract/schemes/header.js'
import { schemeLaws } from './scheme-laws.js'

for (const row of HEADER_SCHEMES) schemeLaws(row.name, row)
