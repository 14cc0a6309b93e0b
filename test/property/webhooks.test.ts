import { WEBHOOK_SCHEMES } from '../contract/schemes/webhooks.js'
import { schemeLaws } from './scheme-laws.js'

// RSA signs at once with the native backend only, which the laws need.
for (const row of WEBHOOK_SCHEMES) if (row.signer.key.sign('') instanceof Uint8Array) schemeLaws(row.name, row)
