import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { de } from '../../../../src/console/page/text/de.js'
import { en } from '../../../../src/console/page/text/en.js'
import { ja } from '../../../../src/console/page/text/ja.js'
import { languageOf, sayIn } from '../../../../src/console/page/text/text.js'
import { zh } from '../../../../src/console/page/text/zh.js'

const FOLDER = 'src/console/page'
const placesOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

describe('the texts of the keys page', () => {
  it.each(Object.entries({ de, ja, zh }))('%s has every text, with the same places', (_language, table) => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(en).sort())
    for (const [key, text] of Object.entries(en)) {
      const own = table[key as keyof typeof en]
      expect(own.trim(), key).not.toBe('')
      expect(placesOf(own), key).toEqual(placesOf(text))
    }
  })

  it('every text is used', () => {
    const code = sources()
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
    expect(
      Object.keys(en).filter(
        (key) => !new RegExp(`'${key}'`).test(code) && !['live', 'test', ...ACTIONS].includes(key),
      ),
    ).toEqual([])
  })

  it('no text stands in the code', () => {
    const found = sources()
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) => textsIn(file).map((text) => `${file}: ${text}`))
    expect(found).toEqual([])
  })

  it('fills in places as text, and writes numbers and spans as the language does', async () => {
    const say = await sayIn('de')
    expect(say('countSome', { count: 1_234, all: 10_000 })).toBe('1.234 von 10.000 Schlüsseln')
    expect(say.span(3 * 86_400_000 + 5)).toBe('3 Tage')
    expect(say.countdown(3_723_000)).toBe('1:02:03')
    expect((await sayIn('en', { keys: 'Access tokens' }))('keys')).toBe('Access tokens')
    expect(say('createdText', { name: '{count}$&' })).toBe('„{count}$&“ kann ab jetzt benutzt werden.')
  })

  it('rounds what is left to the nearest: 90 days are 90 days a second later, too', async () => {
    const say = await sayIn('en')
    const day = 86_400_000
    expect(say.span(90 * day - 1_000)).toBe('90 days')
    expect(say.span(89.4 * day)).toBe('89 days')
    expect(say.from(90 * day - 1_000, 0)).toBe('in 90 days')
    // What was is not older than it is.
    expect(say.from(0, 1.9 * day)).toBe('yesterday')
  })

  it('takes the first wished language that there is', () => {
    expect(languageOf(['fr-FR', 'zh-Hant-TW', 'de'])).toBe('zh')
    expect(languageOf(['fr'])).toBe('en')
    expect(languageOf([])).toBe('en')
  })
})

/** Names of actions, which are looked up by the action itself. */
const ACTIONS = ['rotate', 'renew', 'disable', 'enable', 'revoke']

function sources(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('text/') && !file.endsWith('.d.ts'))
    .map((file) => join(FOLDER, file))
}

/** Words between elements, and in attributes that people read. Signs alone are no text. */
function textsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const read = new Set(['aria-label', 'title', 'alt', 'placeholder', 'label', 'hint', 'legend', 'text'])
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) found.push(node.text.trim())
    if (
      ts.isJsxAttribute(node) &&
      read.has(node.name.getText()) &&
      node.initializer !== undefined &&
      ts.isStringLiteral(node.initializer)
    )
      found.push(node.initializer.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
