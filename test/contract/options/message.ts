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
    'countersign#CountersignError': 'a code, a text and what Error takes',
    'countersign#isCountersignError': 'an error and a code',
    'countersign/scheme#signPrepared': 'a prepared message and a key',
    'countersign/scheme#signPreparedSync': 'a prepared message and a key',
    'countersign#toFetchRequest': "init is the platform's own RequestInit, which has members of its runtime",
    'countersign#toFetchResponse': 'one message',
    'countersign/message#serializeWantDigest': 'weights by algorithm, not options',
    'countersign/message#chooseDigest': 'a field and algorithms',
    // Bytes, texts, fields and structured values, each by its place.
    'countersign/message#activeDigests': '',
    'countersign/message#cappedBody': '',
    'countersign/message#checkDigest': '',
    'countersign/message#checkedBody': '',
    'countersign/message#combinedValue': '',
    'countersign/message#contentDigest': '',
    'countersign/message#digestingStream': '',
    'countersign/message#fieldLines': '',
    'countersign/message#fieldValues': '',
    'countersign/message#hasField': '',
    'countersign#isRequest': '',
    'countersign/message#lastWins': '',
    'countersign/message#matchesDigests': '',
    'countersign/message#parseWantDigest': '',
    'countersign/message#readBody': '',
    'countersign/message#serializeBare': '',
    'countersign/message#serializeDictionary': '',
    'countersign/message#serializeInnerList': '',
    'countersign/message#serializeItem': '',
    'countersign/message#serializeList': '',
    'countersign/message#serializeMember': '',
    'countersign/message#serializeParameters': '',
    'countersign/message#streamChunks': '',
    'countersign/message#withoutFields': '',
  },
}
