import type { JSX } from 'preact'
import { usePage } from '../context.js'
import { ADMIN_TABS, type AdminTab } from '../route.js'
import type { TextKey } from '../text/en.js'
import { AuditTab } from './audit-tab.js'
import { LeaksTab } from './leaks-tab.js'
import { NoticesTab } from './notices-tab.js'
import { SealingTab } from './sealing-tab.js'

const TABS: Readonly<Record<AdminTab, readonly [text: TextKey, part: () => JSX.Element]>> = {
  notices: ['notices', NoticesTab],
  audit: ['audit', AuditTab],
  leaks: ['leaks', LeaksTab],
  sealing: ['sealing', SealingTab],
}

/** What is for administrators: the list itself shows the keys of all owners to them. */
export function AdminView({ tab }: { readonly tab: AdminTab }): JSX.Element {
  const { say, go, session } = usePage()
  const tabs = ADMIN_TABS.filter((one) => session.features.audit || (one !== 'audit' && one !== 'leaks'))
  const Part = TABS[tab][1]
  return (
    <div class="admin">
      <nav aria-label={say('administration')} class="tabs">
        {tabs.map((one) => (
          <button
            type="button"
            key={one}
            aria-current={one === tab ? 'page' : undefined}
            onClick={() => go({ at: 'admin', tab: one })}
          >
            {say(TABS[one][0])}
          </button>
        ))}
      </nav>
      <h2>{say(TABS[tab][0])}</h2>
      <Part />
    </div>
  )
}
