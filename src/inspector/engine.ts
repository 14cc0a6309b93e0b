import { schemeIds } from '../doctor/index.js'
import { check } from './engine-check.js'
import { compose } from './engine-compose.js'
import type { Engine } from './engine-types.js'

/** What the page calls: `tools/lib/bundle-inspector.mjs` makes a separate part of this file. */
export const engine: Engine = { schemes: schemeIds, check, compose }
