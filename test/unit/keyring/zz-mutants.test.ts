import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import type { KeyStore } from '../../../src/keyring/key-store.js'
import { keyStoreContract } from '../../contract/key-store.js'
const wait = () => new Promise((r) => setTimeout(r, 0))
const base = (over: (s: KeyStore) => Partial<KeyStore>) => () => { const s = memoryKeyStore(); const o: KeyStore = { get: (i) => s.get(i), write: (c) => s.write(c), list: (q) => s.list(q), changes: (a, l) => s.changes(a, l), addUsage: (d) => s.addUsage(d), usage: (i) => s.usage(i) }; return { store: { ...o, ...over(s) } } }
const t = { persistent: false, many: 300 }
keyStoreContract('M1 partial write', base((s) => ({ write: async (c) => { for (const one of c) await s.write([one]) } })), t)
keyStoreContract('M2 cas ignored under race', base((s) => ({ write: async (c) => { await Promise.all(c.map((x) => s.get(x.record.id))); await wait(); for (const x of c) { const h = await s.get(x.record.id); if (x.expectedRev > 0 && h) await s.write([{ record: { ...x.record, rev: h.rev + 1 }, expectedRev: h.rev }]); else await s.write([x]) } } })), t)
keyStoreContract('M3 changes skips', base((s) => ({ changes: async (a, l) => { const r = await s.changes(a, l); return { ...r, changed: r.changed.slice(0, 1) } } })), t)
keyStoreContract('M4 lists unsorted', base((s) => ({ list: async (q) => [...(await s.list(q))].reverse() })), t)
keyStoreContract('M5 case-insensitive owner', base((s) => ({ list: async (q) => q.owner ? (await s.list({ limit: 1000 })).filter((r) => r.owner.toLowerCase() === q.owner!.toLowerCase()) : s.list(q) })), t)
keyStoreContract('M6 usage lost race', base((s) => { let u = new Map<string, number>(); return { addUsage: async (d) => { const before = new Map(u); await wait(); for (const x of d) before.set(x.id, (before.get(x.id) ?? 0) + x.count); u = before; await s.addUsage(d) }, usage: async (i) => { const r = new Map(await s.usage(i)); for (const [k, v] of r) r.set(k, { ...v, count: u.get(k) ?? 0 }); return r } } }), t)
keyStoreContract('M7 conflicts silent', base((s) => ({ write: async (c) => { try { await s.write(c) } catch {} } })), t)
keyStoreContract('M8 cursor now when unknown', base((s) => ({ changes: async (a, l) => s.changes(a && /^[\w-]{22}\.\d+$/.test(a) && !a.startsWith('AAAAAAAAAA') ? a : undefined, l) })), t)
