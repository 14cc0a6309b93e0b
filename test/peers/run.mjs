// Requests that ccxt and other packages sign against our verifying sides, and our signatures against theirs: npm run test:peers
import { runSuites } from '../../tools/lib/suites.mjs'

await runSuites('test/peers')
