// Run by Node with the path of the suite: the suite inside Vercel's edge runtime, with or without what Next puts into it.
import { readFileSync } from 'node:fs'
import { EdgeRuntime } from 'edge-runtime'

const [, , file = '', next = ''] = process.argv

/** The process that Next puts into its edge runtime (next/src/server/web/sandbox/context.ts): functions throw, all else but `env` is absent. */
const names = Object.getOwnPropertyNames(process)
  .filter((name) => name !== 'env' && !name.startsWith('_'))
  .map((name) => [name, typeof process[name] === 'function'])
const PROCESS_OF_NEXT = `
globalThis.process = { env: {} };
for (const [name, isFunction] of ${JSON.stringify(names)})
  Object.defineProperty(globalThis.process, name, {
    enumerable: false,
    get: () => isFunction
      ? () => { throw new Error('A Node.js API is used (process.' + name + ') which is not supported in the Edge Runtime.') }
      : undefined,
  })`

// TextEncoder and structuredClone are Node's own and give its bytes: without this there are two kinds, which no comparison takes for one.
const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, { Uint8Array, ArrayBuffer }) })
if (next === 'next') runtime.evaluate(PROCESS_OF_NEXT)
// In a function, as bundlers wrap modules: what stands outermost in a script is looked up in the global object, which is slow here.
runtime.evaluate(`(() => {${readFileSync(file, 'utf8')}\n})()`)
const text = await runtime.evaluate('conformance().then(JSON.stringify)')
process.stdout.write(`${text}\n`, () => process.exit(0))
