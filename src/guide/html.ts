import type { Block, Inline } from './document.js'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that is safe between tags and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] as string)

const inline = (parts: readonly Inline[]): string =>
  parts.map((one) => (typeof one === 'string' ? escapeHtml(one) : `<code>${escapeHtml(one.code)}</code>`)).join('')
const cells = (tag: 'th' | 'td', all: readonly string[]): string =>
  `<tr>${all.map((one) => `<${tag}>${one}</${tag}>`).join('')}</tr>`

function block(one: Block): string {
  if (one.kind === 'heading') return `<h${one.level} id="${escapeHtml(one.id)}">${escapeHtml(one.text)}</h${one.level}>`
  if (one.kind === 'text') return `<p>${inline(one.text)}</p>`
  if (one.kind === 'list') return `<ul>\n${one.items.map((item) => `<li>${inline(item)}</li>`).join('\n')}\n</ul>`
  if (one.kind === 'code')
    return `<pre><code class="language-${escapeHtml(one.syntax)}">${escapeHtml(one.text)}</code></pre>`
  const rows = one.rows.map((all) => cells('td', all.map(inline)))
  return `<table>\n<thead>${cells('th', one.head.map(escapeHtml))}</thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`
}

/** A page as one element, to be put into another page. Without script and style, so every content security policy allows it. */
export const articleOf = (blocks: readonly Block[]): string =>
  `<article class="countersign-guide">\n${blocks.map(block).join('\n')}\n</article>\n`

/** A separate page. */
export function pageOf(title: string, article: string, stylesheet: string | undefined): string {
  const style = stylesheet === undefined ? '' : `<link rel="stylesheet" href="${escapeHtml(stylesheet)}">\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
${style}</head>
<body>
${article}</body>
</html>
`
}
