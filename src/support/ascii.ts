/** Texts of ASCII, by what they can hold. */

/** One line: visible characters, spaces and tabs, as a field value is (RFC 9110 5.5). Also an empty one. */
export const isLine = (text: string): boolean => /^[\t -~]*$/.test(text)

/** Visible characters and spaces. Also an empty text. */
export const isPrintable = (text: string): boolean => /^[ -~]*$/.test(text)

/** Visible characters alone, from 1 to so many: an id or a token. */
export const isVisible = (text: string, longest: number): boolean => text.length <= longest && /^[!-~]+$/.test(text)
