import { describe, expect, it } from 'vitest'
import { ALICE, BY, closedWorlds, pause } from './keyring-world.js'

const { open } = closedWorlds()

describe('listeners', () => {
  it('that reject asynchronously do not end the process', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', note)
    try {
      const w = open({
        audit: { record: async () => Promise.reject(new Error('late')) },
        onError: async () => Promise.reject(new Error('later')),
        bus: {
          publish: () => Promise.reject(new Error('down')),
          subscribe: (_, onState) => {
            onState(true)
            return () => Promise.reject(new Error('no'))
          },
        },
      })
      const { key } = await w.keyring.issue(ALICE)
      await w.keyring.revoke(key.id, BY)
      await w.keyring.close()
      await w.keyring.close()
      await pause(20)
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', note)
    }
  })
})
