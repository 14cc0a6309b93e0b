import { awsCredentials, awsSigner } from '../../../src/aws/index.js'
import type { OptionsRoom } from './row.js'

const credentials = async () => ({
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
})

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/sigv4/credentials#awsCredentials',
      call: (extra) => awsCredentials(extra),
      misspelt: [
        ['profil', 'profile'],
        ['source', 'sources'],
        ['timeout', 'timeoutMs'],
      ],
    },
    {
      name: 'countersign/sigv4/credentials#awsSigner',
      call: async (extra) => (await awsSigner({ credentials, region: 'r', service: 's', ...extra })).stop(),
      misspelt: [['regoin', 'region']],
    },
  ],
  without: {},
}
