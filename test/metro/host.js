// What React Native's own scripts ask of the program around them, in plain JavaScript: the same under Node's V8 and under Hermes.
// Native modules that nothing here depends on answer nothing.
;(() => {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const base64 = (bytes) => {
    let text = ''
    for (let at = 0; at < bytes.length; at += 3) {
      const [a, b = 0, c = 0] = bytes.subarray(at, at + 3)
      const four = [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63].map((one) => ALPHABET[one])
      text +=
        four.slice(0, Math.min(4, bytes.length - at + 1)).join('') + '=='.slice(0, Math.max(0, at + 3 - bytes.length))
    }
    return text
  }
  const blobs = new Map()
  const part = ({ blobId, offset, size }) => blobs.get(blobId).subarray(offset, offset + size)
  const joined = (parts) => Uint8Array.from(parts.flatMap((bytes) => [...bytes]))
  const modules = {
    NativeMicrotasksCxx: { queueMicrotask: (step) => void Promise.resolve().then(step) },
    NativePerformanceCxx: { now: () => Date.now() },
    PlatformConstants: {
      getConstants: () => ({ reactNativeVersion: { major: 0, minor: 88, patch: 1 }, osVersion: '26', Version: 36 }),
    },
    BlobModule: {
      getConstants: () => ({ BLOB_URI_SCHEME: 'blob', BLOB_URI_HOST: null }),
      createFromParts: (parts, id) => {
        const bytes = ({ type, data }) => (type === 'blob' ? part(data) : new TextEncoder().encode(data))
        blobs.set(id, joined(parts.map(bytes)))
      },
      release: (id) => blobs.delete(id),
    },
    FileReaderModule: {
      readAsDataURL: (blob) => Promise.resolve(`data:application/octet-stream;base64,${base64(part(blob))}`),
      readAsText: (blob) => Promise.resolve(new TextDecoder().decode(part(blob))),
    },
    // Good enough here, where nothing real is signed.
    RNGetRandomValues: {
      getRandomBase64: (length) => base64(Uint8Array.from({ length }, () => Math.floor(Math.random() * 256))),
    },
  }
  const nothing = () => {}
  const silent = { get: (_, name) => (name === 'getConstants' ? () => ({}) : () => undefined) }
  Object.assign(globalThis, {
    RN$Bridgeless: true,
    RN$registerCallableModule: nothing,
    nativeModuleProxy: {},
    nativePerformanceNow: () => Date.now(),
    __turboModuleProxy: (name) => modules[name] ?? new Proxy({}, silent),
  })
})()
