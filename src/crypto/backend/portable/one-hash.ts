/** One hash by itself: a bundle that needs no other one imports no other one. */
export { sha256 } from '@noble/hashes/sha2.js'
