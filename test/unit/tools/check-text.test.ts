import { expect, test } from 'vitest'
import { checkText } from '../../../tools/check-text.mjs'

const found = (path: string, text: string): string[] => checkText(path, text).map(({ line, what }) => `${line} ${what}`)

// Written in two halves, so that this file itself passes the check.
test.each([
  ['src/a.ts', `const x = '/${'tmp'}/file'`, 'a path of one machine'],
  ['docs/a.md', `in /${'home'}/me/project`, 'a path of one machine'],
  ['tools/a.mjs', `(/${'work'}/main)`, 'a path of one machine'],
  ['README.md', `C:\\${'Users'}\\me`, 'a path of one machine'],
  ['src/a.ts', `// ${'TO'}DO: later`, 'unfinished work'],
  ['test/a.test.ts', `// ${'FIX'}ME`, 'unfinished work'],
  ['package-lock.json', `"${'resolved'}": "https://example.com/x.tgz"`, 'a package registry'],
  ['.npmrc', `${'registry'}=https://${'registry'}.npmjs.org/`, 'a package registry'],
  ['test/a.test.ts', `test.${'only'}('x', f)`, 'a test that silences the others'],
  ['src/a.ts', `MC4CAQAwBQYDK2Vw${'A'.repeat(48)}`, 'private key material'],
  ['docs/a.md', `MII${'E'.repeat(61)}`, 'private key material'],
  ['docs/a.md', `A key that ${'no'}body used.`, `"${'no'}body": write the client, key, node or caller that is meant`],
  ['src/a.ts', `// ${'Who'}ever asks.`, `"${'Who'}ever": write the client, key, node or caller that is meant`],
  [
    'test/a.test.ts',
    `it('${'some'}body else', f)`,
    `"${'some'}body": write the client, key, node or caller that is meant`,
  ],
  [
    'test/a.test.ts',
    `it('asks ${'any'}body', f)`,
    `"${'any'}body": write the client, key, node or caller that is meant`,
  ],
  ['README.md', `everything ${'but'} for this`, `"${'but'} for": write except`],
  ['demo/a.mjs', `/** A ${'set-up'} error. */`, `"${'set-up'} error": write configuration error`],
  ['bench/a.mjs', `// ${'Processor'} time`, `"${'Processor'} time": write CPU time`],
  ['test/a.ts', `const ${'HEAR'}SAY_MS = 1`, `"${'HEAR'}SAY": write unconfirmed`],
  ['test/a.ts', `// is ${'believ'}ed for 30 s`, `"${'believ'}ed": write trust, accept or cache`],
  ['test/a.test.ts', `it('says ${'loud'}ly', f)`, `"says ${'loud'}ly": write throws`],
  ['docs/a.md', `numbers that ${'only'} grow`, `"${'only'} grow": write strictly increasing`],
  ['test/a.ts', `// dropped ${'without'} a word`, `"${'without'} a word": write silently`],
  [
    'docs/a.md',
    `the ${'every'}body else`,
    `"${'every'}body": write the clients, keys, nodes or callers that are meant`,
  ],
  ['src/a.ts', `/** ${'Told'} of failures. */`, `"${'Told'} of": write called with`],
  [
    'docs/a.md',
    `what ${'stran'}gers send`,
    `"what ${'stran'}gers": write an unknown client, an attacker or another host`,
  ],
  ['test/a.test.ts', `it('at ${'every'} door', f)`, `"${'every'} door": write function, option or middleware`],
  ['src/a.ts', `// cannot be ${'told'} from another`, `"be ${'told'} from": write distinguished from`],
  ['src/a.ts', `/** 90 days unless ${'sta'}ted. */`, `"unless ${'sta'}ted": write given`],
  ['docs/a.md', `59 ${'ven'}ues`, `"${'ven'}ues": write exchange`],
  [
    'src/a.ts',
    `fail('the file ${'expected'} not to exist')`,
    `"the file ${'expected'} not to": write "must be …, got …", or the state`,
  ],
  [
    'src/a.ts',
    `\`the body ${'expected'} at most \${n} bytes\``,
    `"the body ${'expected'} at most": write "must be …, got …", or the state`,
  ],
])('%s must not hold: %s', (path, text, what) => {
  expect(found(path, `first line\n${text}\n`)).toEqual([`2 ${what}`])
})

test.each([
  ['src/a.ts', "const path = '/v1/tmp/file'"],
  ['src/a.ts', 'https://example.com/home/'],
  ['docs/a.md', 'a todo list, the method of the same name'],
  ['src/a.ts', "throw new Error('only (one)')"],
  ['test/a.test.ts', `MII${'E'.repeat(61)}`],
  ['package.json', '"registry": "none"'],
  // A key id, and what is no prose.
  ['test/a.test.ts', `keyId: '${'no'}body'`],
  ['test/a.test.ts', `keyId: '${'no'}body-1'`],
  ['test/a.test.ts', `keyId: 'key_${'no'}body'`],
  ['test/vectors/a.txt', `${'Who'}ever has it`],
  // What was renamed, and texts of tests.
  ['CHANGELOG.md', `${'ven'}ues`],
  ['docs/a.md', `as is ${'sta'}ted in the standard`],
  ['test/a.test.ts', `throw new Error('${'expected'} a failure')`],
])('%s may hold: %s', (path, text) => {
  expect(found(path, text)).toEqual([])
})
