import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { keyStoreContract } from '../../../contract/key-store.js'

keyStoreContract('memory', () => ({ store: memoryKeyStore() }), { persistent: false })
