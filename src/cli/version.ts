declare const COUNTERSIGN_VERSION: string | undefined

/** Put in when the command is bundled. */
export const VERSION: string = typeof COUNTERSIGN_VERSION === 'string' ? COUNTERSIGN_VERSION : '0.0.0'
