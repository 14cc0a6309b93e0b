import { Console } from 'node:console'
import { Writable } from 'node:stream'
import util from 'node:util'
import v8 from 'node:v8'

/** Every way a value ends up as text. */
export const PRINTERS: Readonly<Record<string, (value: unknown) => string>> = {
  String: (value) => String(value),
  'JSON.stringify': (value) => JSON.stringify({ value }) ?? '',
  'util.inspect': (value) => util.inspect(value, { depth: null, showHidden: true, getters: true }),
  'util.format': (value) => util.format('%s %o %O %j', value, value, value, value),
  console: (value) => {
    let text = ''
    const stdout = new Writable({
      write: (chunk, _encoding, done) => {
        text += String(chunk)
        done()
      },
    })
    const console = new Console({ stdout, stderr: stdout })
    console.log(value)
    console.dir(value, { depth: null, showHidden: true })
    console.table([value])
    console.error(value)
    return text
  },
  structuredClone: (value) => printed(() => structuredClone(value)),
  'v8.serialize': (value) => printed(() => v8.serialize(value).toString('latin1')),
  'error with cause': (value) => util.inspect(new Error('failed', { cause: value }), { depth: null, showHidden: true }),
  'error stack and message': (value) =>
    value instanceof Error ? `${value.stack} ${value.message} ${util.inspect(value.cause, { depth: null })}` : '',
}

function printed(call: () => unknown): string {
  try {
    return util.inspect(call(), { depth: null, showHidden: true })
  } catch (error) {
    return util.inspect(error, { depth: null, showHidden: true })
  }
}

/** Every way bytes could be written. */
export const needlesOf = (bytes: Uint8Array): readonly string[] => {
  const buffer = Buffer.from(bytes)
  return [
    buffer.toString('hex').slice(0, 20),
    buffer.toString('hex').toUpperCase().slice(0, 20),
    buffer
      .toString('hex')
      .replace(/..(?!$)/g, '$& ')
      .slice(0, 20),
    buffer.toString('base64').slice(0, 20),
    buffer.toString('base64url').slice(0, 20),
    buffer.toString('latin1').slice(0, 8),
    [...buffer.subarray(0, 6)].join(','),
    [...buffer.subarray(0, 6)].join(', '),
  ]
}
