import { fileURLToPath } from 'node:url'

// biome-ignore lint/style/noDefaultExport: what Next reads
export default { turbopack: { root: fileURLToPath(new URL('.', import.meta.url)) } }
