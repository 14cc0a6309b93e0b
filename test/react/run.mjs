// The component of the keys page inside the React versions it is for, in Chromium: npm run test:react
import { runSuites } from '../../tools/lib/suites.mjs'

await runSuites('test/react')
