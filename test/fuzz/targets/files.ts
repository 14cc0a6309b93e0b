import { splitWords } from '../../../src/client/secrets/exec.js'
import { formsOf } from '../../../src/inspector/link.js'
import {
  entryOf,
  keysBody,
  keysOf,
  parseKeys,
  parseUsages,
  usageBody,
} from '../../../src/keyring/stores/file-bodies.js'
import { readJsonc } from '../../../src/proxy/config/jsonc.js'
import { marksText, parseMarks } from '../../../src/sources/nonce-marks.js'
import { sampleRecord } from '../../contract/key-records.js'
import { holds, json, reads } from '../target.js'

const RECORD = sampleRecord()

/** Files that a program reads back, and links: each was perhaps cut off, edited or made by another. */
export const targets = [
  reads('file-keys', [keysBody(keysOf('A'.repeat(22), 1, [entryOf(1, RECORD, JSON.stringify(RECORD))]))], (input) => {
    const keys = parseKeys(input, undefined)
    if (keys !== undefined) holds(keysBody(keys) === input, 'what is read is what would be written')
  }),
  reads('file-usages', ['["bot-1",{"firstUsedAtMs":1790000000000,"count":3,"failures":0}]\n'], (input) => {
    const usages = parseUsages(input)
    if (usages !== undefined) holds(usageBody(usages) === input, 'what is read is what would be written')
  }),
  reads('nonce-marks', ['countersign nonces 1\nbot-1 1790000000000\nbot-2 5\n'], (input) => {
    const marks = parseMarks(input)
    if (marks !== undefined) holds(marksText(marks) === input, 'what is read is what would be written')
  }),
  reads('jsonc', ['{ // a\n "a": [1, "b//c", {"d": null,}], /* e */ "f": "\\u0041" }', '[]'], (input) => {
    const plain = json(input)
    const document = readJsonc(input, 'a file')
    document.lineOf(['a', 2, 'd'])
    holds(plain === undefined || JSON.stringify(document.value) === JSON.stringify(plain), 'JSON is read as JSON')
  }),
  reads('command-words', ["op read 'op://vault/bot key' --no-newline", 'pass "a \\"b\\" c"'], splitWords),
  reads('inspector-link', ['#check=eyJpbnB1dCI6IkdFVCAvIn0', '#sign=eyJtZXRob2QiOiJHRVQifQ'], formsOf),
]
