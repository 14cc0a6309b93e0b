import { AZURE_HYPOTHESES } from '../../schemes/azure/hypotheses.js'
import { CAVAGE_HYPOTHESES } from '../../schemes/legacy/cavage/hypotheses.js'
import { DPOP_HYPOTHESES } from '../../schemes/legacy/dpop/hypotheses.js'
import { HAWK_HYPOTHESES } from '../../schemes/legacy/hawk/hypotheses.js'
import { JWT_HYPOTHESES } from '../../schemes/legacy/jwt/hypotheses.js'
import { GATEWAY_HYPOTHESES } from '../../schemes/legacy/kong/hypotheses.js'
import { OAUTH1_HYPOTHESES } from '../../schemes/legacy/oauth1/hypotheses.js'
import type { SchemeHypotheses } from '../../schemes/scheme/scheme-reading.js'
import { SIGV4_HYPOTHESES } from '../../schemes/sigv4/hypotheses/hypotheses.js'
import { WEBHOOK_HYPOTHESES } from '../../schemes/webhook/hypotheses/hypotheses.js'

/** The families besides RFC 9421 and the exchanges, each with what lies beside its schemes. The first that finds its marks is taken. */
export const FAMILIES: readonly SchemeHypotheses[] = [
  SIGV4_HYPOTHESES,
  AZURE_HYPOTHESES,
  HAWK_HYPOTHESES,
  OAUTH1_HYPOTHESES,
  GATEWAY_HYPOTHESES,
  WEBHOOK_HYPOTHESES,
  CAVAGE_HYPOTHESES,
  // A bearer token may stand beside any other signature.
  DPOP_HYPOTHESES,
  JWT_HYPOTHESES,
]
