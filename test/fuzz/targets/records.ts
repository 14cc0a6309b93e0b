import { readAgentCard, readAgentRegistry } from '../../../src/agents/card.js'
import { parseAuditLine } from '../../../src/audit/event.js'
import { parseShared } from '../../../src/aws/shared-config.js'
import { parseBusText } from '../../../src/keyring/cache/key-bus.js'
import { parseStoredKey } from '../../../src/keyring/record/stored-key.js'
import { readKeySet } from '../../../src/server/directory/key-set.js'
import { json, reads } from '../target.js'

export const targets = [
  reads('stored-key', ['{"id":"k","v":1,"owner":"a","status":"active","scopes":["a:b"]}'], (input) =>
    parseStoredKey(json(input)),
  ),
  reads('bus-text', ['{"type":"revoked","keyId":"k"}'], parseBusText),
  reads('audit-line', ['{"v":1,"at":1700000000000,"event":"verified"}'], parseAuditLine),
  reads(
    'key-set',
    ['{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'],
    (input) => readKeySet(input, { maxKeys: 8, algorithms: ['ed25519'] } as never),
  ),
  reads('agent-card', ['{"client_name":"Bot","jwks_uri":"https://a.example/keys"}'], (input) =>
    readAgentCard(input, 'https://a.example/card'),
  ),
  reads('agent-registry', ['# agents\nhttps://a.example/card\n'], readAgentRegistry),
  reads('aws-shared-config', ['[default]\naws_access_key_id = A\nregion=eu\n'], (input) => parseShared(input)),
]
