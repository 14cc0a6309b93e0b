/** Text of a page; code stands apart, because each form of the page escapes it in its own way. */
export type Inline = string | { readonly code: string }

/** A page as parts, so that Markdown and HTML have the same content and each its own escaping. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly id: string; readonly text: string }
  | { readonly kind: 'text'; readonly text: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: ReadonlyArray<readonly Inline[]> }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: ReadonlyArray<ReadonlyArray<readonly Inline[]>>
    }
  | { readonly kind: 'code'; readonly syntax: string; readonly text: string }

export const code = (text: string): Inline => ({ code: text })
export const text = (...parts: readonly Inline[]): Block => ({ kind: 'text', text: parts })
export const heading = (level: 1 | 2 | 3, id: string, title: string): Block => ({
  kind: 'heading',
  level,
  id,
  text: title,
})

/** Names as code, with a comma between. */
export const listed = (names: readonly string[]): readonly Inline[] =>
  names.flatMap((name, at) => (at === 0 ? [code(name)] : [', ', code(name)]))
