import { SIGV4_SCHEMES } from '../contract/schemes/sigv4.js'
import { schemeLaws } from './scheme-laws.js'

for (const row of SIGV4_SCHEMES) schemeLaws(row.name, row)
