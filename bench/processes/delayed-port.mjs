// A slow line to a port, in a process of its own: node delayed-port.mjs <port> <ms each way>, with an IPC channel.

import { delayedPort } from '../lib/delayed.mjs'

const [port, delayMs] = process.argv.slice(2).map(Number)
process.send({ port: (await delayedPort(port, delayMs)).port })
process.on('disconnect', () => process.exit())
