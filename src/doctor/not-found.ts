import type { Finding } from './diagnosis.js'
import { possible } from './finding.js'
import type { Search } from './hunt.js'

const HINT =
  'Check that key id and secret belong together, and to this environment; or compare the text to sign line by line.'

/** What is said where nothing that is known leads to the signature. */
export const notFound = ({ tried, until }: Search, hint: string = HINT): Finding =>
  Date.now() > until
    ? possible(
        'no-hypothesis',
        'None of the mistakes that were tested in this time leads to this signature: most often the secret or key is another one.',
        `${tried} hypotheses were tested before the time was over; there are more.`,
        `Give the search more time with "budgetMs". ${hint}`,
      )
    : possible(
        'no-hypothesis',
        'None of the mistakes that are known here leads to this signature: most often the secret or key is another one.',
        `${tried} hypotheses were tested.`,
        hint,
      )
