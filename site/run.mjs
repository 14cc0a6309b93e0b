// Builds the site and opens every page of it in Chromium: npm run test:site
import './build.mjs'
import { runSuites } from '../tools/lib/suites.mjs'

await runSuites('site')
