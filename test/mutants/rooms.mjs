/**
 * What is mutated, and which tests must notice. Tests that measure time or start servers are left out: a mutant slows them
 * down or hangs them, which proves nothing.
 * @type {Readonly<Record<string, { mutate: readonly string[], tests: readonly string[] }>>}
 */
export const ROOMS = {
  message: {
    mutate: ['src/message/**/*.ts'],
    tests: [
      'test/unit/message/**/*.test.ts',
      'test/vectors/structured-fields.test.ts',
      'test/unit/schemes/rfc9421/{base-lines,derived,field-values}.test.ts',
    ],
  },
  rfc9421: {
    mutate: ['src/schemes/rfc9421/**/*.ts'],
    tests: [
      'test/unit/schemes/rfc9421/!(linear-time).test.ts',
      'test/vectors/rfc9421.test.ts',
      'test/property/rfc9421-base.test.ts',
      'test/unit/client/{sign-request,negotiate,verify-response}.test.ts',
    ],
  },
  server: {
    mutate: ['src/server/**/*.ts', '!src/server/replay/{redis,postgres}*.ts', '!src/server/rate-limiter-flexible.ts'],
    tests: [
      'test/unit/server/**/!(*redis*|*postgres*|rate-limiter-flexible).test.ts',
      'test/attacks/{body,headers,keys,target,time-and-replay,network-and-leaks,signature-bytes}.test.ts',
      'test/attacks/{unsigned-body,route-scopes,clock-steps,scheme-policies,folded-lines}.test.ts',
      'test/property/exchange-recipes.test.ts',
      'test/runtime/middleware-*.test.ts',
    ],
  },
  keyring: {
    mutate: ['src/keyring/{sealing,transitions,writer,key-cache}.ts'],
    tests: [
      'test/unit/keyring/{sealing,keyring,keyring-review,key-cache,revocation,stores-memory,stored-key,api,api-attacks}.test.ts',
      'test/unit/keyring/{bound-records,handing-out,key-limits,leak-report,canary}.test.ts',
    ],
  },
}
