/** An example as `wrangler` would bundle it, from these sources. @param file of `docs/examples` */
export function bundled(file: string): Promise<string>
