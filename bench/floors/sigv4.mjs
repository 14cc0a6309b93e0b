import { createHash, createHmac } from 'node:crypto'

/*
 * AWS Signature Version 4 as a bot has it that is written for one service: no options, headers known beforehand, the key of the day
 * kept.
 */

const hash = (data) => createHash('sha256').update(data).digest('hex')
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const EMPTY = hash('')

export function sigv4ByHand({ accessKeyId, secretAccessKey, region, service }) {
  let day = ''
  let key
  return (method, host, path, query, headers, body, nowMs) => {
    const date = new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, '')
    if (date.slice(0, 8) !== day) {
      day = date.slice(0, 8)
      key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day))
    }
    const all = { ...headers, host, 'x-amz-date': date }
    const names = Object.keys(all).sort()
    const lines = names.map((name) => `${name}:${all[name].trim()}\n`).join('')
    const encoded = path
      .split('/')
      .map((segment) => encodeURIComponent(segment))
      .join('/')
    const search = query === '' ? '' : query.split('&').sort().join('&')
    const payload = body === undefined ? EMPTY : hash(body)
    const request = `${method}\n${encoded}\n${search}\n${lines}\n${names.join(';')}\n${payload}`
    const scope = `${day}/${region}/${service}/aws4_request`
    const signature = createHmac('sha256', key)
      .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(request)}`)
      .digest('hex')
    return {
      ...headers,
      'x-amz-date': date,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    }
  }
}
