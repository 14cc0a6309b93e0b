import type { Call, Needs } from './call.js'

/**
 * Calls that differ in what they need only, one per line: `GET /api/v3/klines symbol interval`, and `orderId|origClientOrderId`
 * where one of several is enough.
 *
 * @param shared what they have in common
 */
export const lines = (shared: Call, text: string): Readonly<Record<string, Call>> =>
  Object.fromEntries(
    text
      .trim()
      .split(/\s*\n\s*/)
      .map((line) => {
        const [method, path, ...names] = line.split(' ')
        const needs: Needs = names.map((name) => (name.includes('|') ? name.split('|') : name))
        return [`${method} ${path}`, { ...shared, needs }]
      }),
  )
