// What the Hermes of today has and the last one that runs outside of an application lacks (TextEncoder, TextDecoder, atob, btoa).
;(() => {
  const print = globalThis.print
  globalThis.console = { log() {}, info() {}, debug() {}, warn() {}, error: (...all) => print('console.error', ...all) }
  // It has no classes either; and malformed UTF-8 throws, as with `fatal`.
  globalThis.TextEncoder = function TextEncoder() {
    this.encode = (text = '') => Uint8Array.from(unescape(encodeURIComponent(text)), (char) => char.charCodeAt(0))
  }
  globalThis.TextDecoder = function TextDecoder() {
    this.decode = (bytes = new Uint8Array()) =>
      decodeURIComponent(escape(Array.from(bytes, (one) => String.fromCharCode(one)).join('')))
  }
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  globalThis.btoa = (binary) => {
    let text = ''
    for (let at = 0; at < binary.length; at += 3) {
      const [a, b = 0, c = 0] = [...binary.slice(at, at + 3)].map((char) => char.charCodeAt(0))
      const four = [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map((one) => ALPHABET[one])
      text +=
        four.slice(0, Math.min(4, binary.length - at + 1)).join('') + '=='.slice(0, Math.max(0, at + 3 - binary.length))
    }
    return text
  }
  globalThis.atob = (text) => {
    let [bits, held, binary] = [0, 0, '']
    for (const char of text.replace(/=+$/, '')) {
      held = (held << 6) | ALPHABET.indexOf(char)
      bits += 6
      if (bits >= 8) {
        bits -= 8
        binary += String.fromCharCode((held >> bits) & 255)
      }
    }
    return binary
  }
})()
