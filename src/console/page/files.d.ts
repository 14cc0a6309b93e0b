/** The page with its script and style, as tools/build-console.mjs writes them: what a portal serves. */
export const PAGE_FILES: Readonly<Record<string, readonly [type: string, text: string]>>
