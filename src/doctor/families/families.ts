import type { SchemeHypotheses } from '../../schemes/scheme/scheme-reading.js'
import { WEBHOOK_HYPOTHESES } from '../../schemes/webhook/hypotheses/hypotheses.js'

/** The families besides RFC 9421 and the exchanges, each with what lies beside its schemes. The first that finds its marks is taken. */
export const FAMILIES: readonly SchemeHypotheses[] = [WEBHOOK_HYPOTHESES]
