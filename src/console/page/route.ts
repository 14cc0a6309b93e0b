/** What the page shows. */
export type View =
  | { readonly at: 'list' }
  | { readonly at: 'create' }
  | { readonly at: 'key'; readonly id: string }
  | { readonly at: 'incident'; readonly id: string }
  | { readonly at: 'admin'; readonly tab: AdminTab }

export const ADMIN_TABS = ['notices', 'audit', 'leaks', 'sealing'] as const
export type AdminTab = (typeof ADMIN_TABS)[number]

const ID = /^[\w.~-]{1,256}$/

/** A fragment as a view; what is none is the list. */
export function viewOf(fragment: string): View {
  const [at, rest = ''] = fragment.replace(/^#/, '').split('/')
  if (at === 'create') return { at }
  if ((at === 'key' || at === 'incident') && ID.test(rest)) return { at, id: rest }
  const tab = ADMIN_TABS.find((one) => one === rest)
  return at === 'admin' && tab !== undefined ? { at, tab } : { at: 'list' }
}

export function fragmentOf(view: View): string {
  if (view.at === 'list') return '#'
  if (view.at === 'admin') return `#admin/${view.tab}`
  return view.at === 'create' ? '#create' : `#${view.at}/${view.id}`
}
