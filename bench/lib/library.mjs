import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ROOT } from './paths.mjs'

// This folder is a package of its own (the peers live in it), so the library's name is resolved as seen from the root:
// through the public subpaths of its "exports", to the built files that users get.
const { resolve } = createRequire(`${ROOT}package.json`)

/**
 * The library under one of its public names.
 * @param {'countersign' | `countersign/${string}`} specifier
 */
export const library = (specifier) => import(pathToFileURL(resolve(specifier)).href)
