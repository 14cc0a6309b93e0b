import { check } from './engine-check.js'
import { compose } from './engine-compose.js'
import type { Engine } from './engine-types.js'
import { schemeIds } from './judge/schemes.js'

/** What the page calls: `tools/lib/bundle-inspector.mjs` makes a part of its own of this file. */
export const engine: Engine = { schemes: schemeIds, check, compose }
