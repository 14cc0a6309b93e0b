import { clientGuide } from '../../../src/guide/client-guide.js'
import { openapi } from '../../../src/guide/openapi/openapi.js'
import { postmanCollection } from '../../../src/guide/openapi/postman.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import type { OptionsRoom } from './row.js'

const policy = strictPolicy({ authorities: ['api.example.com'] })

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/guide#clientGuide',
      call: (extra) => clientGuide({ policy, languages: ['node'], ...extra }),
      misspelt: [
        ['language', 'languages'],
        ['scheme', 'schemes'],
        ['orgin', 'origin'],
        ['polcy', 'policy'],
      ],
    },
    {
      name: 'countersign/guide#openapi',
      call: (extra) => openapi({ openapi: '3.1.0', paths: {} }, { policy, ...extra }),
      misspelt: [
        ['scheme', 'schemes'],
        ['names', 'name'],
        ['policies', 'policy'],
      ],
    },
    {
      name: 'countersign/guide#postmanCollection',
      call: (extra) => postmanCollection({ openapi: '3.1.0', paths: {} }, { policy, ...extra }),
      misspelt: [
        ['scheme', 'schemes'],
        ['orgin', 'origin'],
        ['title', 'name'],
      ],
    },
  ],
  without: {},
}
