/**
 * In place of a replay store: captured requests can be sent again for as long as the window lasts.
 *
 * @deprecated To make it stand out: only for requests that change nothing however often they arrive.
 */
export const noReplayProtection: unique symbol = Symbol('countersign.noReplayProtection')
