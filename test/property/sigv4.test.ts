import { isRequest } from '../../src/message/message.js'
import { sigv4, sigv4Key, sigv4Url, sigv4Verifier } from '../../src/schemes/sigv4/index.js'
import { arbitraryRequest } from './rfc9421-messages.js'
import { schemeLaws } from './scheme-laws.js'

const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
const place = { region: 'eu-central-1', service: 'orders' }

// A "%" without two digits is in no URL, and a signer refuses it.
const arbitraryMessage = arbitraryRequest.map((message) =>
  isRequest(message) ? { ...message, target: message.target.replace(/%(?![0-9a-f]{2})/gi, '%25') } : message,
)

schemeLaws('sigv4', {
  signer: sigv4({ key, ...place }),
  verifyingKey: key,
  verifier: sigv4Verifier(place),
  arbitraryMessage,
})

schemeLaws('sigv4 for S3, with temporary credentials', {
  signer: sigv4({ key, ...place, service: 's3', sessionToken: 'a token of temporary credentials' }),
  verifyingKey: key,
  verifier: sigv4Verifier({ ...place, service: 's3' }),
  arbitraryMessage,
})

schemeLaws('sigv4 in the URL', {
  signer: sigv4Url({ key, ...place, expiresS: 3600, sessionToken: 'a token of temporary credentials' }),
  verifyingKey: key,
  verifier: sigv4Verifier({ ...place }),
  arbitraryMessage,
})
