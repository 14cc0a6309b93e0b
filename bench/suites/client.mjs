import { startChild, startServer } from '../lib/child.mjs'
import { ratio } from '../lib/rounds.mjs'

async function measure({ rounds, quick }) {
  const server = await startServer('none')
  try {
    const client = startChild('client.mjs', [server.port, rounds, quick ? 300 : 1000].map(String))
    return (await client.answer()).rounds
  } finally {
    server.stop()
  }
}

export const groups = [
  {
    title: 'An undici Pool of 8 connections, 16 in flight, POST 230 B',
    measure,
    rows: [
      {
        name: 'client/undici/requests-per-second',
        what: 'undici: requests a second, signed / unsigned',
        value: ratio('unsignedWall', 'signedWall'),
        least: true,
        bar: 0.5,
        goal: 0.9,
      },
      {
        name: 'client/undici/cpu',
        what: 'undici: client CPU, signed / unsigned',
        value: ratio('signedCpu', 'unsignedCpu'),
        bar: 1.8,
        goal: 1.1,
      },
      {
        name: 'client/undici/by-hand',
        what: 'undici: client CPU, signed by the interceptor / by hand before the request',
        value: ratio('signedCpu', 'byHandCpu'),
        goal: 1,
      },
      {
        name: 'client/undici/interceptor',
        what: 'undici: client CPU, signed / an interceptor that does nothing',
        value: ratio('signedCpu', 'composedCpu'),
      },
    ],
  },
]
