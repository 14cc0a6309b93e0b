/** The path of the program; `undefined` where it cannot be had. */
export function valkeyServer(): string | undefined
