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
  'server/keys': {
    mutate: [
      'src/server/{ip-address,cidr,ip-rules,client-ip,public-url,rate-limit}.ts',
      'src/server/{key-policy,key-limits,key-lookup,key-source,static-keys,scope}.ts',
    ],
    tests: [
      'test/unit/server/{ip-address,cidr,ip-rules,client-ip,public-url,rate-limit}.test.ts',
      'test/unit/server/{key-policy,static-keys,scope,peer-limit,passphrase}.test.ts',
      'test/unit/keyring/key-limits.test.ts',
    ],
  },
  'server/time': {
    mutate: [
      'src/server/{clock,clock-watch,window,claim}.ts',
      'src/server/replay/*.ts',
      '!src/server/replay/{redis,postgres}*.ts',
    ],
    tests: [
      'test/unit/server/{clock,window,claim}.test.ts',
      'test/unit/server/replay/!(*redis*|*postgres*).test.ts',
      'test/attacks/{clock-steps,time-and-replay}.test.ts',
    ],
  },
  'server/directory': {
    mutate: ['src/server/directory.ts', 'src/server/directory/*.ts'],
    tests: ['test/unit/server/directory*.test.ts'],
  },
  'server/policy': {
    mutate: [
      'src/server/{policy,policy-values,scheme-policy,options,verifier-options,audit}.ts',
      'src/server/{routes,route-scope,scope-question,read-path,folded-fields}.ts',
    ],
    tests: [
      'test/unit/server/{policy,audit,routes,folded-fields,scope,select,verifier}.test.ts',
      'test/attacks/{route-scopes,scheme-policies,folded-lines,headers,target}.test.ts',
    ],
  },
  'server/verdict': {
    mutate: ['src/server/{verifier,steps,gate,key-check,candidate,facts,refusal,verdict,sign-and-send}.ts'],
    tests: [
      'test/unit/server/{verifier,gate,select,passphrase,changed-meanwhile,peer-limit,body-memory,audit}.test.ts',
      'test/attacks/{body,keys,time-and-replay,network-and-leaks,signature-bytes,unsigned-body}.test.ts',
    ],
  },
  'server/hosts': {
    mutate: ['src/server/middleware/*.ts', 'src/server/{middleware-options,node-style,fetch-style,respond}.ts'],
    tests: ['test/unit/server/respond.test.ts', 'test/runtime/middleware-*.test.ts'],
  },
  keyring: {
    mutate: ['src/keyring/{sealing,transitions,writer,key-cache}.ts'],
    tests: [
      'test/unit/keyring/{sealing,keyring,keyring-review,key-cache,revocation,stores-memory,stored-key,api,api-attacks}.test.ts',
      'test/unit/keyring/{bound-records,handing-out,key-limits,leak-report,canary}.test.ts',
    ],
  },
}
