import type { SocketLike } from './class.js'

/** Text as it came, or the bytes of a binary message. */
export type SocketMessage = string | ArrayBuffer

/** How a connection ended. */
export interface Closed {
  /** Of the close frame; `undefined` where there was none. */
  readonly code: number | undefined
  /** Why it closed, as the other side wrote it; '' for nothing. */
  readonly reason: string
}

/** One socket from its making to its end. */
export interface Connection {
  readonly opened: Promise<void>
  readonly over: Promise<Closed>
  /** The error of the WebSocket class, such as one with the code ECONNREFUSED; undici's has none. */
  readonly failure: unknown
  send(message: string): void
  /** The first thing that is found in a message from now on. */
  next<T>(find: (message: SocketMessage) => T | undefined): Promise<T>
  /** Closes it. `hard` closes without a handshake, where the class can do that. */
  drop(hard: boolean, code?: number, reason?: string): void
}

const nothing = (): void => {}

/** Listens to a socket that was just made. */
export function connectionOf(socket: SocketLike, onMessage: (message: SocketMessage) => void): Connection {
  let wanted: ((message: SocketMessage) => void) | undefined
  let end: (closed: Closed) => void = nothing
  const over = new Promise<Closed>((resolve) => {
    end = resolve
  })
  // Bytes look alike in every class.
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }: { data: SocketMessage }) => {
    try {
      onMessage(data)
    } finally {
      wanted?.(data)
    }
  }
  socket.onclose = ({ code, reason }: { code?: number; reason?: string }) => end({ code, reason: reason ?? '' })
  let failure: unknown
  socket.onerror = (event: { error?: unknown } | undefined) => {
    failure ??= event?.error
    // A close event follows, which knows more; some class may leave it out where there was no connection yet.
    setTimeout(end, 0, { code: undefined, reason: 'the connection failed' })
  }
  return {
    get failure() {
      return failure
    },
    opened: new Promise((resolve) => {
      socket.onopen = () => resolve()
    }),
    over,
    send: (message) => socket.send(message),
    next: (find) =>
      new Promise((resolve, reject) => {
        wanted = (message) => {
          try {
            const found = find(message)
            if (found === undefined) return
            resolve(found)
          } catch (error) {
            reject(error)
          }
          wanted = undefined
        }
      }),
    drop: (hard, code, reason) => {
      socket.onopen = socket.onmessage = socket.onclose = null
      // Not null: an emitter without a listener for its errors would end the process.
      socket.onerror = nothing
      const { terminate } = socket as SocketLike & { terminate?(): void }
      if (hard && terminate !== undefined) terminate.call(socket)
      else socket.close(code, reason)
    },
  }
}
