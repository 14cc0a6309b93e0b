/**
 * The room of one older scheme, without its readings of mistakes.
 * @param {string} scheme
 * @param {string} [test] the file of its tests
 */
const legacy = (scheme, test = scheme) => ({
  [`legacy/${scheme}`]: {
    mutate: [`src/schemes/legacy/${scheme}/!(hypotheses|parameter-mistakes).ts`],
    tests: [`test/unit/schemes/legacy/${test}.test.ts`],
  },
})

/**
 * What is mutated, and which tests must notice. Tests that measure time or start servers are left out: a mutant slows them
 * down or hangs them, which proves nothing. Rooms are small and their test files few and pure: each mutant pays for loading every
 * file that executes it, a fifth of a second each, and a mutant that survives pays for all of them.
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
  'rfc9421/verifying': {
    mutate: ['src/schemes/rfc9421/{base,covered,derived,untrusted,verifier}.ts'],
    tests: [
      'test/unit/schemes/rfc9421/!(linear-time|hybrid).test.ts',
      'test/vectors/rfc9421.test.ts',
      'test/property/rfc9421-base.test.ts',
      'test/unit/client/{sign-request,negotiate,verify-response}.test.ts',
    ],
  },
  'rfc9421/components': {
    mutate: ['src/schemes/rfc9421/{component,parameters,shape}.ts'],
    tests: ['test/unit/schemes/rfc9421/{field-values,identifiers,parameters,plain-input}.test.ts'],
  },
  'rfc9421/signing': {
    mutate: ['src/schemes/rfc9421/{options,signer,custom-signer,unregistered}.ts'],
    tests: ['test/unit/schemes/rfc9421/{custom-signer,signer,signer-options,signer-digest}.test.ts'],
  },
  'rfc9421/negotiating': {
    mutate: ['src/schemes/rfc9421/{accept-signature,negotiate,signature-error}.ts'],
    tests: ['test/unit/schemes/rfc9421/{accept-signature,negotiate}.test.ts'],
  },
  'rfc9421/targets': {
    mutate: ['src/schemes/rfc9421/profiles/{adcp-binary,adcp-target,chain}.ts'],
    tests: ['test/unit/schemes/rfc9421/profiles/{adcp-binary,adcp-target,chain}.test.ts'],
  },
  'rfc9421/agents': {
    mutate: [
      'src/schemes/rfc9421/profiles/{signature-agent,visa-tap,visa-tap-key,web-bot-auth,web-bot-auth-verifier}.ts',
    ],
    tests: [
      'test/unit/schemes/rfc9421/profiles/{agents,policies,visa-tap,visa-tap-key}.test.ts',
      'test/vectors/{agents,agent-gaps}.test.ts',
    ],
  },
  'rfc9421/hybrid': {
    mutate: ['src/schemes/rfc9421/hybrid/*.ts'],
    tests: [
      'test/unit/schemes/rfc9421/hybrid{,-parts}.test.ts',
      'test/unit/agents/hybrid-agents.test.ts',
      'test/unit/keyring/other-keys.test.ts',
    ],
  },
  'rfc9421/profiles': {
    mutate: ['src/schemes/rfc9421/profiles/{activitypub,adcp,compatible,fapi2,gnap,profile,ucp}.ts'],
    tests: ['test/unit/schemes/rfc9421/profiles/{parts,policies}.test.ts', 'test/vectors/{adcp,gnap}.test.ts'],
  },
  'crypto/encoding': {
    mutate: ['src/crypto/encoding.ts'],
    tests: ['test/unit/crypto/encoding.test.ts'],
  },
  'crypto/format': {
    mutate: ['src/crypto/format/{ecdsa-der,ecdsa-format,ed25519-format,jwk,pkcs8,rsa-der,rsa-format}.ts'],
    tests: ['test/unit/crypto/{format,jwk,key-formats}.test.ts'],
  },
  'crypto/der': {
    mutate: ['src/crypto/format/{base58,der,ecdsa-signature,key-bytes,key-structure}.ts'],
    tests: ['test/unit/crypto/{base58,der,ecdsa-signature,key-bytes,key-structure}.test.ts'],
  },
  'crypto/text': {
    mutate: ['src/crypto/format/{read-key,key-text,pem}.ts'],
    tests: ['test/unit/crypto/{clean-text,pem,read-key}.test.ts'],
  },
  'crypto/certificate': {
    mutate: ['src/crypto/format/certificate.ts'],
    tests: ['test/unit/crypto/certificate*.test.ts'],
  },
  'crypto/passphrase': {
    mutate: ['src/crypto/format/{pbes2,pbes2-document}.ts'],
    tests: ['test/unit/crypto/{pbes2,pbes2-limits}.test.ts'],
  },
  'crypto/vault': {
    mutate: ['src/crypto/{aead,age-file,vault,vault-entries}.ts'],
    // Not the tests of whole vaults, each of which derives a key many times.
    tests: ['test/unit/crypto/{aead,age-file,vault-entries}.test.ts'],
  },
  'crypto/mac': {
    mutate: ['src/crypto/backend/native/hmac.ts'],
    tests: ['test/unit/crypto/{hmac-key,native-hmac}.test.ts'],
  },
  'crypto/algorithm': {
    mutate: ['src/crypto/algorithm.ts'],
    tests: ['test/unit/crypto/algorithm.test.ts'],
  },
  'crypto/secret': {
    mutate: ['src/crypto/{hmac-key,hmac-sha1-key,import-hmac,secret,random,crc32,subtle}.ts'],
    tests: ['test/unit/crypto/{hmac-key,hmac-sha1-key,random,secret}.test.ts'],
  },
  'crypto/keys': {
    mutate: ['src/crypto/{ed25519-key,ecdsa-key,key,held,import,import-rsa,import-ecdsa,import-ed25519}.ts'],
    tests: ['test/unit/crypto/{held,import,key-factories}.test.ts'],
  },
  'crypto/export': {
    mutate: ['src/crypto/{export,generate,thumbprint,thumbprint-members}.ts'],
    tests: ['test/unit/crypto/thumbprint.test.ts'],
  },
  'crypto/validate': {
    mutate: ['src/crypto/validate.ts'],
    tests: ['test/unit/crypto/validate.test.ts'],
  },
  'crypto/ml-dsa': {
    mutate: ['src/crypto/{ml-dsa-key,ml-dsa-keys,ml-dsa-import}.ts'],
    tests: ['test/unit/crypto/{ml-dsa-import,ml-dsa-key,ml-dsa-keys}.test.ts'],
  },
  // None of these tests makes a key of ML-DSA, which takes long.
  'crypto/web-crypto': {
    mutate: ['src/crypto/{akp,ml-dsa-web-crypto,of-ml-dsa,web-crypto-key}.ts'],
    tests: ['test/unit/crypto/{akp,ml-dsa-web-crypto,of-ml-dsa,web-crypto-key}.test.ts'],
  },
  'crypto/backend': {
    mutate: [
      'src/crypto/backend/{native,portable}/!(hmac).ts',
      'src/crypto/backend/*.ts',
      'src/crypto/backend/portable/hmac.ts',
      // Node has ML-DSA from 24 on, and Stryker runs on 20: the suite of the runtimes is what judges it.
      '!src/crypto/backend/native/ml-dsa.ts',
    ],
    tests: ['test/unit/crypto/{backend-answers,backend-parts}.test.ts'],
  },
  'sigv4/signing': {
    mutate: [
      'src/schemes/sigv4/{canonical,encoding,header-form,kept-spaces,key,parts,scope-key,sign-header,signer,time}.ts',
      'src/schemes/sigv4/{url-signer,variant,written-headers}.ts',
    ],
    tests: ['test/unit/schemes/sigv4/{canonical,key,key-texts,sign-header,signing,time}.test.ts'],
  },
  'sigv4/verifying': {
    mutate: ['src/schemes/sigv4/{read-header,read-query,untrusted,verifier}.ts'],
    tests: ['test/unit/schemes/sigv4/{claimed,claims,verifier,verifier-options}.test.ts'],
  },
  'sigv4/policy': {
    mutate: ['src/schemes/sigv4/{policy,verify-policy}.ts'],
    tests: ['test/unit/schemes/sigv4/{policy,policy-rules}.test.ts'],
  },
  'sigv4/clones': {
    mutate: ['src/schemes/sigv4/{alibaba,clone,google,huawei,oss,sigv4a,sigv4a-variant,tencent,volcengine}.ts'],
    tests: ['test/unit/schemes/sigv4/clone{-rules,s}.test.ts'],
  },
  'sigv4/chunks': {
    mutate: ['src/schemes/sigv4/{byte-reader,checksums,chunk-signer,chunks}.ts'],
    tests: ['test/unit/schemes/sigv4/chunk-parts.test.ts'],
  },
  header: {
    mutate: ['src/schemes/header/*.ts'],
    tests: ['test/unit/schemes/header/parts.test.ts'],
  },
  ...legacy('cavage'),
  ...legacy('dpop'),
  ...legacy('hawk'),
  ...legacy('ibkr', 'ibkr{,-parts,-session}'),
  ...legacy('jwt'),
  ...legacy('kong'),
  ...legacy('oauth1'),
  ...legacy('static-token', 'stamps-and-tokens'),
  ...legacy('turnkey', 'stamps-and-tokens'),
  'legacy/parts': {
    mutate: ['src/schemes/legacy/*.ts'],
    tests: ['test/unit/schemes/legacy/parts.test.ts'],
  },
  'azure/shared-key': {
    mutate: ['src/schemes/azure/{app-configuration,cosmos,header-order,key,request,shared-key,shared-key-form}.ts'],
    tests: [
      'test/unit/schemes/azure/{hmac-and-cosmos,misuse,shared-key,shared-key-parts}.test.ts',
      'test/vectors/azure.test.ts',
    ],
  },
  'azure/sas': {
    mutate: ['src/schemes/azure/sas{,-claims,-form,-options,-permissions,-request-parts,-values,-verifier}.ts'],
    tests: [
      'test/unit/schemes/azure/{delegation,delegation-parts,misuse,sas,sas-parts}.test.ts',
      'test/vectors/{azure,azure-delegation}.test.ts',
    ],
  },
  'azure/delegation': {
    mutate: ['src/schemes/azure/delegation-{form,key,options}.ts'],
    tests: ['test/unit/schemes/azure/{delegation,delegation-parts}.test.ts', 'test/vectors/azure-delegation.test.ts'],
  },
  // Not the readings of mistakes, which a person who looks for one is shown: they decide nothing.
  scheme: {
    mutate: [
      'src/schemes/scheme/{base-text,coverage-met,http-date,only-line,signed-bytes,times,untrusted,verify-scheme}.ts',
    ],
    tests: ['test/unit/schemes/scheme/*.test.ts'],
  },
  'webhook/request': {
    mutate: ['src/webhook/request.ts'],
    tests: ['test/unit/webhook/request.test.ts'],
  },
  'webhook/receive': {
    mutate: ['src/webhook/{receive,prove}.ts'],
    tests: ['test/unit/webhook/{receive,webhook}.test.ts'],
  },
  'webhook/remember': {
    mutate: ['src/webhook/remember.ts'],
    tests: ['test/unit/webhook/{deliveries,remember}.test.ts'],
  },
  'webhook/deliveries': {
    mutate: ['src/webhook/{deliveries,redis}.ts'],
    tests: ['test/unit/webhook/delivery-stores.test.ts'],
  },
  'webhook/verifier': {
    mutate: ['src/webhook/verifier.ts'],
    tests: ['test/unit/webhook/{verifier,webhook}.test.ts'],
  },
  'webhook/sign': {
    mutate: ['src/webhook/sign-webhook.ts'],
    tests: ['test/unit/webhook/sign-webhook.test.ts'],
  },
  'webhook/send': {
    mutate: ['src/webhook/send/*.ts'],
    tests: ['test/unit/webhook/send-{options,target,webhook}.test.ts'],
  },
  'webhook/paypal': {
    mutate: ['src/webhook/paypal/*.ts'],
    tests: ['test/unit/webhook/paypal{,-chain,-source}.test.ts'],
  },
  'webhook/places': {
    mutate: ['src/schemes/webhook/{codecs,places}.ts'],
    tests: ['test/unit/schemes/webhook/places.test.ts'],
  },
  'webhook/direct': {
    mutate: ['src/schemes/webhook/{direct,forms}.ts'],
    tests: ['test/unit/schemes/webhook/direct.test.ts'],
  },
  'webhook/parts': {
    mutate: ['src/schemes/webhook/!(codecs|places|direct|forms).ts'],
    tests: ['test/unit/schemes/webhook/parts.test.ts'],
  },
  'exchange/json': {
    mutate: ['src/exchange/spec/json-text.ts'],
    tests: ['test/unit/exchange/json-text.test.ts'],
  },
  'server/keys': {
    mutate: [
      'src/access/**/*.ts',
      'src/server/key-source.ts',
      'src/server/steps/key-policy.ts',
      'src/server/middleware/{client-ip,public-url}.ts',
    ],
    tests: [
      'test/unit/access/*.test.ts',
      'test/unit/server/{static-keys,peer-limit}.test.ts',
      'test/unit/server/middleware/{client-ip,public-url}.test.ts',
      'test/unit/server/steps/{key-policy,passphrase}.test.ts',
    ],
  },
  'server/time': {
    mutate: [
      'src/sources/monotonic-clock.ts',
      'src/server/steps/{time,claim}.ts',
      'src/server/replay/*.ts',
      // What only stores on a server use: their contract is held by the suites that start the servers.
      '!src/server/replay/{attempts,d1,deno-kv,durable-object,dynamodb,mysql,postgres,redis,upstash,workers-kv}*.ts',
    ],
    tests: [
      'test/unit/sources/monotonic-clock.test.ts',
      'test/unit/server/steps/{time,claim}.test.ts',
      'test/unit/server/replay/!(*redis*|*postgres*).test.ts',
      'test/attacks/{clock-steps,time-and-replay}.test.ts',
    ],
  },
  'server/directory': {
    mutate: ['src/server/directory/*.ts'],
    tests: ['test/unit/server/directory/*.test.ts'],
  },
  // By the tests of policies alone: each verifier of another test makes one, and few of them ask what it holds.
  'server/policy': {
    mutate: ['src/server/policy/*.ts'],
    tests: ['test/unit/server/policy/*.test.ts'],
  },
  'server/options': {
    mutate: [
      'src/server/{options,verifier-options,audit-event}.ts',
      'src/server/middleware/{routes,route-scope,scope-question}.ts',
    ],
    tests: [
      'test/unit/server/{audit,select,verifier,verifier-options}.test.ts',
      'test/unit/server/policy/policy.test.ts',
      'test/unit/access/scope.test.ts',
      'test/unit/server/policy/scheme-policy.test.ts',
      'test/unit/server/middleware/{route-scope,routes,scope-question}.test.ts',
      'test/attacks/scheme-policies.test.ts',
    ],
  },
  // Tests of the steps themselves: quick, and what they do not hold no request holds sharply.
  'server/steps': {
    mutate: [
      'src/server/{refusal,verdict}.ts',
      'src/server/steps/{body,candidate,coverage,identify,key-check,key-lookup,misnamed,read-path}.ts',
      'src/server/steps/{stream-failure,streamed-body,unambiguous}.ts',
      'src/server/middleware/{gate,sign-and-send}.ts',
    ],
    tests: [
      'test/unit/server/refusal.test.ts',
      'test/unit/server/steps/!(claim|key-policy|time).test.ts',
      'test/unit/server/middleware/{gate,sign-and-send}.test.ts',
    ],
  },
  'server/verdict': {
    mutate: ['src/server/{verifier,judge}.ts'],
    tests: [
      'test/unit/server/{pipeline,arriving-body,verdict,verifier,changed-meanwhile,peer-limit}.test.ts',
      'test/unit/server/{try-out,audit,select}.test.ts',
      'test/unit/server/policy/{policy,scheme-policy}.test.ts',
      'test/unit/client/signature-error.test.ts',
      'test/attacks/explained-refusals.test.ts',
    ],
  },
  'server/answers': {
    mutate: [
      'src/server/{at-once,bound-keys,explain,handed-in,host-values,judgement,rate-limits,respond,signature-error}.ts',
    ],
    tests: [
      'test/unit/server/{at-once,bound-keys,explain,handed-in,host-values,judgement,rate-limits,respond,signature-error}.test.ts',
    ],
  },
  'server/hosts': {
    mutate: ['src/server/middleware/{options,node-style,fetch-style,fetch,node,express,fastify,hono,koa}.ts'],
    tests: [
      'test/unit/server/middleware/{node-style,framework-hosts}.test.ts',
      // Not body-parsers: each of its mutants would wait for a hundred requests that hang.
      'test/runtime/{middleware-*,require-scope,half-requests,streamed-failures,handler-failures}.test.ts',
    ],
  },
  keyring: {
    mutate: [
      'src/keyring/record/sealing.ts',
      'src/keyring/change/{transitions,writer}.ts',
      'src/keyring/cache/key-cache.ts',
    ],
    tests: [
      'test/unit/keyring/{keyring,revocation,handing-out,canary,changed-meanwhile,listing,listeners,wrong-values}.test.ts',
      'test/unit/keyring/{record,cache,change}/*.test.ts',
      'test/unit/keyring/stores/memory.test.ts',
      'test/unit/keyring/api/{api,attacks}.test.ts',
      'test/unit/keyring/leaks/leak-report.test.ts',
      'test/unit/access/key-limits.test.ts',
    ],
  },
}
