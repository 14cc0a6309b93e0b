/** URLs for a browser: an upload and a download of S3 without a server in between, good for a few minutes. */
// npm install countersign
import { presign, sigv4Key } from 'countersign/sigv4'
import { awsCredentials } from 'countersign/sigv4/credentials'

/**
 * `bucket` is the URL of the bucket, such as `https://my-bucket.s3.eu-central-1.amazonaws.com`. The access key is found where the
 * AWS SDKs look.
 */
export async function run({ bucket, region, name, credentials = awsCredentials(), nowMs = Date.now() }) {
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials()
  const key = sigv4Key({ accessKeyId, secretAccessKey })
  const url = (method) =>
    presign({
      key,
      region,
      service: 's3',
      url: `${bucket}/${encodeURIComponent(name)}`,
      method,
      expiresS: 300,
      nowMs,
      ...(sessionToken !== undefined && { sessionToken }),
    })
  return { upload: url('PUT'), download: url('GET') }
}
