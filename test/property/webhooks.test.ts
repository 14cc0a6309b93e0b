import { WEBHOOK_SCHEMES } from '../contract/schemes/webhooks.js'
import { schemeLaws } from './scheme-laws.js'

for (const row of WEBHOOK_SCHEMES) schemeLaws(row.name, row)
