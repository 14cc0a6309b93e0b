import { defined } from '../../support/defined.js'
import { mount } from './main.js'

// The page that a portal serves by itself. Its script lies beside the API, wherever that is.
const element = document.getElementById('keys')
if (element !== null) {
  const wished = new URLSearchParams(location.search)
  const language = (['en', 'de', 'ja', 'zh'] as const).find((one) => one === wished.get('language'))
  const theme = (['light', 'dark'] as const).find((one) => one === wished.get('theme'))
  mount(
    element.attachShadow({ mode: 'open' }),
    defined({
      portal: new URL('.', location.href.replace(/[?#].*$/, '')).href,
      useFragment: true,
      language,
      theme,
    }),
  )
}
