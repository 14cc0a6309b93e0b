/** Orders whose signature stands in the body, by the name that the option `scheme` takes. */
export const ORDER_IDS: readonly string[] = ['nado-order', 'polymarket-order']
