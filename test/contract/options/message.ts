import { fromFetchRequest, fromFetchResponse } from '../../../src/message/from-fetch.js'
import type { OptionsRoom } from './row.js'

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/message#fromFetchRequest',
      call: (extra) => fromFetchRequest(new Request('https://api.example.com/'), extra),
      misspelt: [
        ['capbytes', 'capBytes'],
        ['publicUrl', 'publicOrigin'],
      ],
    },
    {
      name: 'countersign/message#fromFetchResponse',
      call: (extra) => fromFetchResponse(new Response('x'), extra),
      misspelt: [
        ['cap', 'capBytes'],
        ['requests', 'request'],
      ],
    },
  ],
  without: {},
}
