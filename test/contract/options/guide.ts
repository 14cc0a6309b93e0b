import { clientGuide } from '../../../src/guide/client-guide.js'
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
  ],
  without: {},
}
