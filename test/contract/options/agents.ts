import { verifyAgents, webBotAuth, webBotAuthVerifier } from '../../../src/agents/index.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import type { OptionsRoom } from './row.js'

const key = ed25519PrivateKey({ keyId: 'agent', seed: new Uint8Array(32).fill(6) })

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/agents#webBotAuth',
      call: (extra) => webBotAuth({ key, agent: 'https://bot.example', ...extra }),
      misspelt: [
        ['lable', 'label'],
        ['directory', 'agent'],
        ['drafts', 'draft'],
        ['expiresIn', 'expiresInMs'],
        ['components', 'cover'],
      ],
    },
    {
      name: 'countersign/agents#webBotAuthVerifier',
      call: (extra) => webBotAuthVerifier(extra),
      misspelt: [['draft', 'drafts']],
    },
    {
      name: 'countersign/agents#verifyAgents',
      call: (extra) => verifyAgents({ allow: ['https://bot.example'], authorities: ['shop.example'], ...extra }),
      misspelt: [
        ['agents', 'allow'],
        ['allowed', 'allow'],
        ['hosts', 'authorities'],
        ['onInvalids', 'onInvalid'],
        ['trustProxy', 'trustedProxies'],
      ],
    },
  ],
  without: {
    'countersign/agents#agentIdentifier': 'a URL',
    'countersign/agents/node#expressAgents': 'what verifyAgents() makes',
    'countersign/agents/node#fastifyAgents': 'what verifyAgents() makes',
    'countersign/agents/node#koaAgents': 'what verifyAgents() makes',
    'countersign/agents/node#nodeAgents': 'what verifyAgents() makes',
  },
}
