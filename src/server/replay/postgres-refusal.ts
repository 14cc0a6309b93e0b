// SQLSTATE: five characters, https://www.postgresql.org/docs/current/errcodes-appendix.html. EPIPE is not one of them.
const STATE = /^(?:[0-5][0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/

// The connection broke, the server stops or starts, or two statements were in each other's way: asking again may help.
const PASSING = /^(?:08...|57P0[123]|40001|40P01)$/

/** Which error the server answered with; `undefined` where it may not have been asked, or can be asked again. */
export function postgresRefusal(error: unknown): string | undefined {
  const code: unknown = (error as { readonly code?: unknown } | null | undefined)?.code
  if (typeof code !== 'string' || !STATE.test(code) || PASSING.test(code)) return undefined
  return code === '42P01' || code === '42883' ? `${code}: was migrate() run?` : code
}
