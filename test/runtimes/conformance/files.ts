// Both are filled when the tests are bundled.

/** Which half of the package the tests stand on. */
export const BACKEND: string = ''

/** The files that tests read, by their paths. */
export const FILES: Readonly<Record<string, string>> = {}
