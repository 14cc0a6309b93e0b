/** Errors, and the checks of what a caller passes: the only file of `errors/` that other rooms import. */
export * from './errors/closed.js'
export * from './errors/error.js'
export * from './errors/invalid.js'
export * from './errors/options.js'
