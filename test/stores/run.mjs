// The replay stores on what they are made for, which is too large for npm test: npm run test:stores
import { runSuites } from '../../tools/lib/suites.mjs'

await runSuites('test/stores')
