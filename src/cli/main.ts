#!/usr/bin/env node
import { helpOf } from './quick-help.js'

// The global one: an import of it would be one more file to read.
const { process } = globalThis
// A reader that has seen enough (`| head`) is no fault; a full disk is.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return
  process.stderr.write(`countersign: standard output cannot be written: ${code}\n`)
  process.exit(2)
})
// Where nothing can be said any more, the exit code says it.
process.stderr.on('error', () => {})

const argv = process.argv.slice(2)
const help = helpOf(argv, process.stdout.columns)
// Everything else is a separate part: help is asked for most often, and reads one small file.
if (help === undefined) await (await import('./start.js')).start(argv)
else process.stdout.write(help)
