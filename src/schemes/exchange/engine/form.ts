import type { Draft } from './draft.js'

/** What a hole `$name` or `#name` stands for; `undefined` where there is nothing. */
function holeValue(draft: Draft, hole: string): unknown {
  const name = hole.slice(1)
  const own = draft[name as 'key'] as unknown
  const value = typeof own === 'string' ? own : draft.extra[name]
  if (value === '' || value === undefined) return undefined
  return hole.startsWith('#') ? Number(value) : value
}

const isHole = (form: unknown): form is string => typeof form === 'string' && /^[$#]\w/.test(form)

/** A form with its holes filled; what has nothing to stand in it is left out. */
export function fillForm(form: unknown, draft: Draft): unknown {
  if (isHole(form)) return holeValue(draft, form)
  if (Array.isArray(form)) return form.map((one) => fillForm(one, draft)).filter((one) => one !== undefined)
  if (typeof form !== 'object' || form === null) return form
  // "$name" as a key: all members of that argument stand here.
  return Object.fromEntries(
    Object.entries(form)
      .flatMap(([name, one]) =>
        isHole(name) ? Object.entries(Object(holeValue(draft, name))) : [[name, fillForm(one, draft)]],
      )
      .filter(([, one]) => one !== undefined),
  )
}

/** The text that is sent for a form. */
export function formText(form: unknown, draft: Draft): string {
  const filled = fillForm(form, draft)
  return typeof filled === 'string' ? filled : JSON.stringify(filled)
}
