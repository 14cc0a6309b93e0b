/** What stands behind a prompt of Python, IPython or irb, with what each line has answered. */

import { isPrompted } from './forms.js'
import { ofPython } from './printed-bytes.js'

const PROMPT = /^(?:>>> ?|In \[\d{1,6}\]: ?|irb\(\w{1,32}\):\d{1,6}:\d{1,3}[>*] ?)/
const GOES_ON = /^(?:\.\.\. ?| {3,12}\.\.\.: ?)/
const ANSWERED = /^(?:Out\[\d{1,6}\]: ?|=> )/
const MOST_LINES = 20_000

/** By what a part of a request is asked for, and what a log calls it. */
const PARTS: ReadonlyArray<readonly [asked: RegExp, label: string]> = [
  [/\brequest\.(?:full_)?url\)?$/, 'url'],
  [/\brequest\.method\)?$/, 'method'],
  [/\brequest\.headers\)?\)?$/, 'headers'],
  [/\brequest\.(?:body|content)\)?$/, 'body'],
]

interface Step {
  code: string
  answer: string
}

/** `r.request.method, r.request.url`, whose answer is a tuple, as one step for each. */
function single({ code, answer }: Step): readonly Step[] {
  const asked = code.replace(/^\s*\(|\)\s*$/g, '').split(/,\s*/)
  const values = [...answer.matchAll(/b?(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|None)/g)]
  if (asked.length < 2 || !/^\(.*\)$/s.test(answer) || asked.length !== values.length) return [{ code, answer }]
  return asked.every((one) => /^[\w.]+$/.test(one))
    ? asked.map((one, at) => ({ code: one, answer: values[at]?.[1] ?? values[at]?.[2] ?? '' }))
    : [{ code, answer }]
}

function stepsIn(text: string): readonly Step[] {
  const lines = text.split('\n', MOST_LINES)
  const first = lines.findIndex((line) => PROMPT.test(line))
  // What was pasted before the first prompt is the program itself.
  const head = lines.slice(0, first).join('\n')
  const steps: Step[] = head.trim() === '' ? [] : [{ code: head, answer: '' }]
  for (const line of lines.slice(first)) {
    const own = line.endsWith('\r') ? line.slice(0, -1) : line
    const prompt = PROMPT.exec(own)?.[0]
    const last = steps.at(-1)
    const more = GOES_ON.exec(own)?.[0]
    if (prompt !== undefined) steps.push({ code: own.slice(prompt.length), answer: '' })
    else if (last !== undefined && more !== undefined && last.answer === '') last.code += `\n${own.slice(more.length)}`
    else if (last !== undefined && own.trim() !== '')
      last.answer += `${last.answer === '' ? '' : '\n'}${own.replace(ANSWERED, '')}`
  }
  return steps
}

/**
 * A session as a program with its answer behind it, or, where the request was asked for part by part, as a log of its parts.
 */
export function withoutPrompts(pasted: string): string {
  const text = pasted.replace(/^(?:PS )?[A-Za-z]:\\[^>\n]{0,128}> ?/gm, '')
  if (!isPrompted(text)) return text
  const steps = stepsIn(text)
    .filter(({ code }) => code.trim() !== '')
    .flatMap(single)
  const labelled = steps.flatMap(({ code, answer }) => {
    const label = PARTS.find(([asked]) => asked.test(code.trim()))?.[1]
    return label === undefined || answer === '' ? [] : [[label, answer.trim()] as const]
  })
  const said = steps
    .filter(({ code, answer }) => answer !== '' && !PARTS.some(([asked]) => asked.test(code.trim())))
    .map(({ answer }) => answer.replace(/^b?(['"])(.*)\1$/s, '$2'))
    .join('\n')
  const answer = said === '' ? '' : `\nHTTP/1.1 400 -\n\n${said}\n`
  if (!labelled.some(([label]) => label === 'headers')) return `${steps.map(({ code }) => code).join('\n')}\n${answer}`
  const bare = (one: string): string => ofPython(one) ?? one.replace(/^b?(['"])(.*)\1$/s, '$2')
  return `${labelled.map(([label, one]) => `${label}: ${label === 'headers' ? one : bare(one)}`).join('\n')}\n${said === '' ? '' : `response: ${said}\n`}`
}
