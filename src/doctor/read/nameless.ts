/** What is said of a signature that stands alone in a text, without the field that it was sent in. */
export const NAMELESS = 'the text shows the signature alone, without the name of its field'
