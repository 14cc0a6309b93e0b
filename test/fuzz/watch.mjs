// What two threads know of the input that is being read: its number, whether it is being read still, and its bytes.
const HEAD = 3
const ROOM = 262_144

export const shareInput = () => new SharedArrayBuffer(HEAD * 4 + ROOM)

/** Says that an input is read now; what is returned says that it was. @param {SharedArrayBuffer} shared @param {Uint8Array} bytes */
export function mark(shared, bytes) {
  const head = new Int32Array(shared, 0, HEAD)
  const kept = bytes.subarray(0, ROOM)
  new Uint8Array(shared, HEAD * 4).set(kept)
  Atomics.store(head, 1, kept.length)
  Atomics.add(head, 0, 1)
  Atomics.store(head, 2, 1)
  return () => void Atomics.store(head, 2, 0)
}

/**
 * Calls back, once, with an input that is still being read after that time. The function that is returned ends the watch.
 *
 * @param {SharedArrayBuffer} shared
 * @param {number} milliseconds
 * @param {(input: Buffer) => void} stuck
 */
export function watch(shared, milliseconds, stuck) {
  const head = new Int32Array(shared, 0, HEAD)
  let number = -1
  let since = performance.now()
  const timer = setInterval(() => {
    const current = Atomics.load(head, 0)
    if (current !== number || Atomics.load(head, 2) === 0) {
      number = current
      since = performance.now()
    } else if (performance.now() - since > milliseconds) {
      clearInterval(timer)
      stuck(Buffer.from(new Uint8Array(shared, HEAD * 4, Atomics.load(head, 1))))
    }
  }, 100)
  return () => clearInterval(timer)
}
