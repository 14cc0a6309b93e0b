import type { MlDsaBackend } from '../backend.js'

/** No runtime without node:crypto answers at once; WebCrypto's keys are wrapped by `mlDsaWebCryptoKey`. */
export const mlDsaSigner: MlDsaBackend['mlDsaSigner'] = () => undefined
export const mlDsaVerifier: MlDsaBackend['mlDsaVerifier'] = () => undefined
export const mlDsaPairFits: MlDsaBackend['mlDsaPairFits'] = () => false
