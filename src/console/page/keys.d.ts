/** The bundle that tools/build-console.mjs makes of main.tsx. */
import type { KeysOptions } from '../keys-options.js'

export function mount(root: ShadowRoot, options: KeysOptions): () => void
