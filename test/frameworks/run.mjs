// The adapters of clients, servers and telemetry, inside the packages they are for: npm run test:frameworks
import { runSuites } from '../../tools/lib/suites.mjs'

await runSuites('test/frameworks')
