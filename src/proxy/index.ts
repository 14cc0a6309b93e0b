/** A signing and a verifying reverse proxy, on Node: `countersign/proxy`. */
export type { ListenOptions } from './address.js'
export type { Forwarding } from './gate/forward.js'
export { createGate, type Gate, type GateOptions } from './gate/gate.js'
export { type MemoryRateOptions, memoryRateLimiter } from './gate/rates.js'
export type { TlsOptions } from './listener.js'
export type { ProxyLog, ProxyLogEntry } from './log.js'
export { createSigningProxy, type SigningProxy, type SigningProxyOptions } from './signing/proxy.js'
export type { ProxyRoute, ProxyTarget } from './signing/target.js'
