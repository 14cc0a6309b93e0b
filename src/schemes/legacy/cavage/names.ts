/** What may be covered: the three names in parentheses of draft-cavage-12 2.3, and field names in lower case. */
export const NAME: RegExp = /^(?:\((?:request-target|created|expires)\)|[!#$%&'*+.^_`|~0-9a-z-]+)$/
