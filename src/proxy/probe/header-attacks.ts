import { utf8 } from '../../crypto/encoding.js'
import { contentDigest } from '../../message/content-digest.js'
import { type Attack, type Kit, needsBody } from './attack.js'
import { bytesOf } from './craft.js'
import { added, tampered, uncovered, valued } from './tampering.js'

/** How fields stand in the head. */
export const HEADER_ATTACKS: readonly Attack[] = [
  {
    number: 49,
    name: 'duplicate signature or digest field',
    tries: (kit) =>
      tampered(kit, () => [
        ['a second Signature of the same label', added(`Signature: ${kit.label}=:AAAA:`)],
        ['a second Signature-Input of the same label', added(`Signature-Input: ${kit.label}=();created=1`)],
        needsBody(kit) === undefined
          ? ['a second Content-Digest', added(`Content-Digest: ${contentDigest(utf8('{}'), 'sha-256')}`)]
          : undefined,
      ]),
  },
  {
    number: 51,
    name: 'duplicate Host',
    tries: (kit) => tampered(kit, () => [['another host behind it', added('Host: attacker.example')]]),
  },
  {
    number: 52,
    name: 'folds, bare CR, NUL, and space before the colon',
    tries: (kit) =>
      tampered(kit, () => [
        ['Signature-Input folded', { fields: valued('signature-input', (one) => one.replace(';', '\r\n ;')) }],
        ['NUL in Signature-Input', { fields: valued('signature-input', (one) => one.replace(';', '\0;')) }],
        ['CR in Signature-Input', { fields: valued('signature-input', (one) => one.replace(';', '\r;')) }],
        ['space before the colon of a second Host', added('Host : attacker.example')],
      ]),
  },
  {
    number: 56,
    name: 'rightly signed, with less covered',
    tries: async (kit) => {
      const { craft } = kit
      const full = (await coveredBy(kit)).filter((id) => NEEDED.includes(id))
      const single = await Promise.all(
        full.map(async (id) => ({
          name: `without ${id.replaceAll('"', '')}`,
          sent: [bytesOf(await craft({ base: uncovered(id) }))],
        })),
      )
      return [
        ...single,
        { name: 'nothing at all', sent: [bytesOf(await craft({ base: (base) => ({ ...base, lines: [] }) }))] },
        {
          name: 'one component twice',
          sent: [
            bytesOf(await craft({ base: (base) => ({ ...base, lines: [...base.lines, ...base.lines.slice(0, 1)] }) })),
          ],
        },
      ]
    },
  },
  {
    number: 57,
    name: 'a covered header that is absent',
    tries: async ({ craft }) => [
      {
        name: 'covered as if it were empty',
        sent: [bytesOf(await craft({ base: (base) => ({ ...base, lines: [...base.lines, ['"x-absent"', '']] }) }))],
      },
    ],
  },
  {
    number: 60,
    name: 'endless fields and unclosed quotes',
    tries: (kit) =>
      tampered(kit, () => [
        ['an unclosed quote', { fields: valued('signature-input', (one) => `${one};tag="`) }],
        ['12 kB of parameters', { fields: valued('signature-input', (one) => one + ';a'.repeat(6_000)) }],
        ['12 kB of labels', { fields: valued('signature', (one) => `${one}${', a=:AA==:'.repeat(1_200)}`) }],
        ['names of prototypes', { fields: valued('signature-input', (one) => `${one};__proto__=1`) }],
      ]),
  },
]

/** Without one of these another request has the same signature. What a content type means is up to the service. */
const NEEDED = ['"@method"', '"@authority"', '"@path"', '"@query"', '"@target-uri"', '"content-digest"']

/** Which components the honest requests cover, as they are written. */
async function coveredBy({ craft }: Kit): Promise<readonly string[]> {
  let ids: readonly string[] = []
  await craft({
    base: (base) => {
      ids = base.lines.map(([id]) => id)
      return base
    },
  })
  return ids
}
