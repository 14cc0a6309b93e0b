import type { Coverage } from '../scheme.js'
import type { Webhook, WebhookKey, WebhookSpec, WebhookWindow } from './webhook.js'
import { DEFAULT_MS } from './window.js'

/** Adds the scheme of a sender, as data, to the keys of one receiver. */
export function webhookOf(spec: WebhookSpec, keys: readonly WebhookKey[], window?: Partial<WebhookWindow>): Webhook {
  const { id, toleranceMs = DEFAULT_MS, time, weaknesses } = spec
  return {
    id,
    spec,
    keys,
    window:
      time === undefined
        ? undefined
        : { pastMs: window?.pastMs ?? toleranceMs, futureMs: window?.futureMs ?? DEFAULT_MS },
    covered: coveredBy(spec),
    weaknesses,
  }
}

const coveredBy = ({ withoutBody, covers = [] }: WebhookSpec): readonly Coverage[] =>
  withoutBody === true ? covers : ['body', ...covers]
