/**
 * What the site shows, and where: one row per page, in the order of the sidebar. `file` is the source, from the root of the
 * repository; `title` is what the sidebar shows. A page of `docs` without a row fails the build.
 *
 * @typedef {{ file: string, title: string }} Page
 * @typedef {{ text: string, pages: readonly Page[] }} Group
 */

/** @type {(file: string, title: string) => Page} */
const page = (file, title) => ({ file, title })

/** @type {readonly Group[]} */
export const GROUPS = [
  {
    text: 'Start here',
    pages: [
      page('README.md', 'Overview'),
      page('docs/start/bot.md', 'A bot'),
      page('docs/start/browser.md', 'A browser'),
      page('docs/start/server.md', 'A server'),
      page('docs/start/agent.md', 'An agent'),
      page('docs/start/webhook.md', 'A webhook receiver'),
      page('docs/start/algorithm.md', 'Choose an algorithm'),
      page('docs/start/several-machines.md', 'Several machines'),
    ],
  },
  {
    text: 'Migrate',
    pages: [
      page('docs/migrate/http-message-signatures.md', 'From http-message-signatures'),
      page('docs/migrate/hand-rolled-hmac.md', 'From HMAC by hand'),
      page('docs/migrate/aws4fetch.md', 'From aws4fetch'),
      page('docs/migrate/svix.md', 'From svix'),
      page('docs/migrate/ccxt.md', 'From ccxt’s signing'),
    ],
  },
  {
    text: 'Sign and send',
    pages: [
      page('docs/client.md', 'Client'),
      page('docs/keys.md', 'Keys'),
      page('docs/exchange.md', 'Exchanges'),
      page('docs/exchanges.md', 'Exchanges, one by one'),
      page('docs/cloud.md', 'Cloud signatures'),
      page('docs/agents.md', 'Crawlers and AI agents'),
      page('docs/clients.md', 'Other languages'),
    ],
  },
  {
    text: 'Verify',
    pages: [
      page('docs/server.md', 'Server'),
      page('docs/frameworks.md', 'Frameworks and platforms'),
      page('docs/webhooks.md', 'Webhooks'),
      page('docs/replay-stores.md', 'Which replay store'),
      page('docs/guide.md', 'A page for your customers'),
    ],
  },
  {
    text: 'Hand out keys',
    pages: [
      page('docs/api-keys.md', 'API keys: the practice'),
      page('docs/keyring-api.md', 'Keyring API'),
      page('docs/console.md', 'Keys page'),
    ],
  },
  {
    text: 'Schemes',
    pages: [
      page('docs/schemes.md', 'All schemes'),
      page('docs/rfc9421.md', 'HTTP Message Signatures'),
      page('docs/profiles.md', 'Profiles of RFC 9421'),
      page('docs/own-scheme.md', 'A scheme of your own'),
      page('docs/legacy.md', 'Older schemes'),
    ],
  },
  {
    text: 'Tools',
    pages: [
      page('docs/cli.md', 'Command'),
      page('docs/doctor.md', 'Why does it not verify'),
      page('docs/inspector.md', 'Debugging page'),
      page('docs/proxy.md', 'Proxy and gate'),
      page('docs/mcp.md', 'Assistants (MCP)'),
      page('docs/probe.md', 'Does your server refuse it?'),
      page('docs/interop.md', 'Other implementations'),
      page('docs/vectors.md', 'Test vectors'),
      page('docs/agent-vectors.md', 'Vectors for agents'),
    ],
  },
  {
    text: 'Look up',
    pages: [
      page('docs/errors.md', 'Error codes'),
      page('docs/options.md', 'Options'),
      page('docs/runtimes.md', 'Runtimes'),
      page('docs/performance.md', 'Performance'),
      page('docs/size.md', 'Size'),
      page('docs/reliability.md', 'Reliability'),
    ],
  },
  {
    text: 'Project',
    pages: [
      page('SECURITY.md', 'Security'),
      page('docs/threat-model.md', 'Threat model'),
      page('docs/assurance.md', 'Assurance'),
      page('CHANGELOG.md', 'Changes'),
      page('CONTRIBUTING.md', 'Contributing'),
      page('docs/architecture.md', 'Architecture'),
    ],
  },
]

/**
 * The path of a page on the site, without its ending: `docs/start/bot.md` is `start/bot`, `README.md` is `readme`.
 * @param {string} file
 */
export const pathOf = (file) =>
  file.startsWith('docs/') ? file.slice('docs/'.length, -'.md'.length) : file.slice(0, -'.md'.length).toLowerCase()

/**
 * What the table lacks, and what it has too much: pages without a row, rows without a page, pages with two rows.
 * @param {readonly string[]} files every page that should be there
 * @param {readonly Group[]} groups
 * @returns {string[]}
 */
export function problemsOf(files, groups = GROUPS) {
  const rows = groups.flatMap(({ pages }) => pages.map(({ file }) => file))
  return [
    ...files.filter((file) => !rows.includes(file)).map((file) => `${file} has no row in site/pages.mjs`),
    ...rows.filter((file) => !files.includes(file)).map((file) => `site/pages.mjs names ${file}, which does not exist`),
    ...rows.filter((file, index) => rows.indexOf(file) !== index).map((file) => `site/pages.mjs names ${file} twice`),
  ]
}
