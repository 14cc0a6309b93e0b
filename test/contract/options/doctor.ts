import { diagnose, loopbackOnly } from '../../../src/doctor/index.js'
import type { OptionsRoom } from './row.js'

const REQUEST = { url: 'https://api.example.com/v1/orders' }

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/doctor#diagnose',
      call: (extra) => diagnose(REQUEST, extra),
      misspelt: [
        ['secrets', 'secret'],
        ['exchange', 'scheme'],
        ['now', 'nowMs'],
        ['budget', 'budgetMs'],
      ],
    },
    {
      name: 'countersign/doctor#loopbackOnly',
      call: (extra) => loopbackOnly(extra),
      misspelt: [
        ['budget', 'budgetMs'],
        ['timeoutMs', 'budgetMs'],
      ],
    },
  ],
  without: {
    'countersign/doctor#readCapture': 'what was pasted',
    'countersign/doctor#renderDiagnosis': 'one diagnosis',
    'countersign/doctor#schemeIds': 'nothing',
  },
}
