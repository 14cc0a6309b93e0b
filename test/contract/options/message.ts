import { fromFetchRequest, fromFetchResponse } from '../../../src/message/from-fetch.js'
import { httpRequest, httpResponse } from '../../../src/message/message.js'
import { parseDictionary, parseItem, parseList } from '../../../src/message/structured-fields.js'
import type { OptionsRoom } from './row.js'

const PARSE = [
  ['strict', 'strictBinary'],
  ['strictbinary', 'strictBinary'],
] as const
const INIT = [
  ['header', 'headers'],
  ['fields', 'headers'],
  ['bodies', 'body'],
] as const

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/message#httpRequest',
      call: (extra) => httpRequest({ url: 'https://api.example.com/', ...extra }),
      misspelt: [...INIT, ['uri', 'url'], ['methods', 'method']],
    },
    {
      name: 'countersign/message#httpResponse',
      call: (extra) => httpResponse({ status: 200, ...extra }),
      misspelt: [...INIT, ['statusCode', 'status']],
    },
    { name: 'countersign/message#parseItem', call: (extra) => parseItem('1', extra), misspelt: PARSE },
    { name: 'countersign/message#parseList', call: (extra) => parseList('1', extra), misspelt: PARSE },
    { name: 'countersign/message#parseDictionary', call: (extra) => parseDictionary('a', extra), misspelt: PARSE },
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
  without: {
    toFetchRequest: "init is the platform's own RequestInit, which has members of its runtime",
    toFetchResponse: 'one message',
    serializeWantDigest: 'weights by algorithm, not options',
    chooseDigest: 'a field and algorithms',
  },
}
