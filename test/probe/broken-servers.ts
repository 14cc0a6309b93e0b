import { createHash, createHmac, createPublicKey, timingSafeEqual, verify as verifySignature } from 'node:crypto'
import type { IncomingMessage, RequestListener } from 'node:http'

/** What is left out of a server that is otherwise right. */
export interface Fault {
  readonly noReplayStore?: true
  readonly digestUnchecked?: true
  /** Verifies by the algorithm that the message names, with the public key as whatever that algorithm takes. */
  readonly algorithmOfMessage?: true
}

const INPUT = /^sig1=\((.*?)\)((?:;[a-z]+=(?:\d+|"[^"\\]*"))*)$/
const NEEDED = ['@method', '@authority', '@path', '@query']

/**
 * A server of RFC 9421 written by hand, for Ed25519 and one key, as an application might: strict in everything but its fault, so
 * that what a probe finds is that fault and nothing else.
 */
export function brokenServer(publicPem: string, authority: string, fault: Fault): RequestListener {
  const seen = new Set<string>()
  const accepts = (request: IncomingMessage, body: Buffer): boolean => {
    const { headers, rawHeaders, method = '', url = '' } = request
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map((one) => one.toLowerCase())
    if (new Set(names).size !== names.length || !url.startsWith('/')) return false
    const [, list, params] = INPUT.exec(String(headers['signature-input'] ?? '')) ?? []
    const [, text] = /^sig1=:([A-Za-z0-9+/]+={0,2}):$/.exec(String(headers['signature'] ?? '')) ?? []
    if (list === undefined || params === undefined || text === undefined) return false
    const ids = list.split(' ').map((one) => /^"([@a-z-]+)"$/.exec(one)?.[1])
    const signature = Buffer.from(text, 'base64')
    if (signature.toString('base64') !== text || new Set(ids).size !== ids.length) return false
    const all = new Map(
      [...params.matchAll(/;([a-z]+)=("?)([^;"]*)"?/g)].map(([, name, quote, value]) => [name, { quote, value }]),
    )
    const created = all.get('created')
    const nonce = all.get('nonce')?.value ?? ''
    if (created?.quote !== '' || Math.abs(Number(created.value) - Date.now() / 1000) > 300) return false
    if (all.get('keyid')?.value !== 'bot-1' || nonce.length < 8 || nonce.length > 256) return false
    const alg = all.get('alg')?.value
    const known = fault.algorithmOfMessage === true ? ['ed25519', 'hmac-sha256', 'hmac-sha512'] : ['ed25519']
    if (alg !== undefined && !known.includes(alg)) return false
    const digest = headers['content-digest']
    if (!NEEDED.every((one) => ids.includes(one))) return false
    if (body.length > 0 && !ids.includes('content-digest')) return false
    if (body.length > 0 && fault.digestUnchecked !== true) {
      const own = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
      if (digest !== own) return false
    }
    if (body.length === 0 && digest !== undefined && fault.digestUnchecked !== true) return false
    const [path = '', ...query] = url.split('?')
    const values: Record<string, string | undefined> = {
      '@method': method,
      '@authority': headers.host,
      '@path': path,
      '@query': `?${query.join('?')}`,
    }
    if (headers.host !== authority) return false
    const lines = ids.map((id) => `"${id}": ${values[id as string] ?? headers[id as string]}`)
    const base = [...lines, `"@signature-params": (${list})${params}`].join('\n')
    if (ids.some((id) => values[id as string] === undefined && headers[id as string] === undefined)) return false
    if (!verified(base, signature, publicPem, fault.algorithmOfMessage === true ? alg : 'ed25519')) return false
    if (fault.noReplayStore !== true) {
      if (seen.has(nonce)) return false
      seen.add(nonce)
    }
    return true
  }
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.statusCode = accepts(request, Buffer.concat(chunks)) ? 200 : 401
      response.end()
    })
  }
}

function verified(base: string, signature: Buffer, pem: string, algorithm: string | undefined): boolean {
  const mac = { 'hmac-sha256': 'sha256', 'hmac-sha512': 'sha512' }[algorithm ?? '']
  if (mac === undefined) return verifySignature(null, Buffer.from(base), createPublicKey(pem), signature)
  const own = createHmac(mac, pem).update(base).digest()
  return own.length === signature.length && timingSafeEqual(own, signature)
}
