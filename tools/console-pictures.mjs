// The pictures of docs/console.md, taken while a person uses the page for the first time: node tools/console-pictures.mjs [folder]
import { execFileSync } from 'node:child_process'
import { ROOT } from './lib/package-map.mjs'

const folder = process.argv[2] ?? `${ROOT}docs/console`
const options = ['vitest', 'run', '--mode', 'long', '--project', 'native', 'test/console/page/stranger.test.ts']
execFileSync('npx', options, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CONSOLE_PICTURES: folder } })
