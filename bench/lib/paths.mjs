import { fileURLToPath } from 'node:url'

/** The repository's root, with a trailing separator. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** This package's own directory, with a trailing separator. */
export const BENCH = fileURLToPath(new URL('../', import.meta.url))
