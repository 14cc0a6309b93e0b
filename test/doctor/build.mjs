// Makes the cases of the corpus, a file for each family in build/. Files that are there stay: pass the names of those to make
// anew, or --all (which changes what is random in a signature: ECDSA, PSS).
import { readdirSync } from 'node:fs'

const folder = new URL('./build/', import.meta.url)
for (const name of readdirSync(folder).filter((one) => !one.startsWith('case'))) await import(new URL(name, folder))
