import { PROFILE_RESPONSES, PROFILE_SCHEMES } from '../contract/schemes/profiles.js'
import { schemeLaws } from './scheme-laws.js'

for (const row of [...PROFILE_SCHEMES, ...PROFILE_RESPONSES]) schemeLaws(row.name, row)
