import { FORMER_HYPOTHESES } from '../../exchange/mistakes/former.js'
import { COSMOS_HYPOTHESES } from '../../schemes/azure/cosmos-hypotheses.js'
import { AZURE_HMAC_HYPOTHESES } from '../../schemes/azure/hmac-hypotheses.js'
import { AZURE_HYPOTHESES } from '../../schemes/azure/hypotheses.js'
import { SAS_HYPOTHESES } from '../../schemes/azure/sas-hypotheses.js'
import { CAVAGE_HYPOTHESES } from '../../schemes/legacy/cavage/hypotheses.js'
import { DPOP_HYPOTHESES } from '../../schemes/legacy/dpop/hypotheses.js'
import { HAWK_HYPOTHESES } from '../../schemes/legacy/hawk/hypotheses.js'
import { JWT_HYPOTHESES } from '../../schemes/legacy/jwt/hypotheses.js'
import { GATEWAY_HYPOTHESES } from '../../schemes/legacy/kong/hypotheses.js'
import { OAUTH1_HYPOTHESES } from '../../schemes/legacy/oauth1/hypotheses.js'
import { SIGNED_QUERY_HYPOTHESES } from '../../schemes/legacy/signed-query/hypotheses.js'
import { TURNKEY_HYPOTHESES } from '../../schemes/legacy/turnkey/hypotheses.js'
import type { SchemeHypotheses } from '../../schemes/scheme/scheme-reading.js'
import { SIGV4_HYPOTHESES } from '../../schemes/sigv4/hypotheses/hypotheses.js'
import { S3_V2_HYPOTHESES } from '../../schemes/sigv4/hypotheses/older.js'
import { POLICY_HYPOTHESES } from '../../schemes/sigv4/hypotheses/policy.js'
import { CONTENTFUL_HYPOTHESES } from '../../schemes/webhook/hypotheses/contentful.js'
import { WEBHOOK_HYPOTHESES } from '../../schemes/webhook/hypotheses/hypotheses.js'

import { PAYPAL_HYPOTHESES } from '../../schemes/webhook/hypotheses/paypal.js'
import { UNNAMED_HYPOTHESES } from '../../schemes/webhook/hypotheses/unnamed.js'

/** The families besides RFC 9421 and the exchanges, each with what lies beside its schemes. The first that finds its marks is taken. */
export const FAMILIES: readonly SchemeHypotheses[] = [
  // Its label is also one of those that descend from SigV4.
  AZURE_HMAC_HYPOTHESES,
  SIGV4_HYPOTHESES,
  // Those of AWS have the name of the key in common with version 2 of S3.
  SIGNED_QUERY_HYPOTHESES,
  S3_V2_HYPOTHESES,
  POLICY_HYPOTHESES,
  AZURE_HYPOTHESES,
  COSMOS_HYPOTHESES,
  TURNKEY_HYPOTHESES,
  PAYPAL_HYPOTHESES,
  CONTENTFUL_HYPOTHESES,
  HAWK_HYPOTHESES,
  OAUTH1_HYPOTHESES,
  GATEWAY_HYPOTHESES,
  WEBHOOK_HYPOTHESES,
  CAVAGE_HYPOTHESES,
  SAS_HYPOTHESES,
  // A bearer token may stand beside any other signature.
  DPOP_HYPOTHESES,
  JWT_HYPOTHESES,
  UNNAMED_HYPOTHESES,
  FORMER_HYPOTHESES,
]

/** Those that are found by a host which a newer scheme has as well: they are asked first. */
export const FORMER: readonly SchemeHypotheses[] = [FORMER_HYPOTHESES]
