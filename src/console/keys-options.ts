import type { TextKey } from './page/text/en.js'

/** The languages the page has texts for. */
export type KeysLanguage = 'en' | 'de' | 'ja' | 'zh'

/** Options of {@link mountKeys}. */
export interface KeysOptions {
  /** Where the portal is, as a path or a URL of this origin. Default `/keys`. */
  readonly portal?: string
  /** Default: the first of the browser's languages that there are texts for, otherwise English. */
  readonly language?: KeysLanguage
  /** Default `auto`: what the system is set to. */
  readonly theme?: 'auto' | 'light' | 'dark'
  /** Texts of the service's own in the place of the page's, by the names of the table. */
  readonly texts?: Partial<Readonly<Record<TextKey, string>>>
  /** Keep what is shown in the fragment of the address, for links and the back button. Default false. */
  readonly useFragment?: boolean
  /** Called when the portal answers with 401: the session is over. Default: the page shows it. */
  readonly onSignedOut?: () => void
}
