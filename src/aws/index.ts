/** Access keys of AWS from where its SDKs look, on Node: `countersign/sigv4/credentials`. */
export {
  type AwsCredentials,
  type AwsCredentialsOptions,
  type AwsIdentity,
  type AwsSourceName,
  awsCredentials,
} from './credentials.js'
export { type AwsSigner, type AwsSignerOptions, awsSigner } from './signer.js'
