import { CountersignError, fail } from '../../errors.js'
import { type BodyStream, cappedBody } from '../../support/body.js'

const broken = (what: string): never => fail('BODY_UNREADABLE', `the body of chunks ${what}`)

/** Reads lines and counted bytes from a stream. Every byte is looked at once. */
export class ByteReader {
  private readonly source: AsyncGenerator<Uint8Array, void, undefined>
  private current: Uint8Array = new Uint8Array(0)
  private at = 0

  constructor(source: BodyStream, maxBytes: number) {
    this.source = cappedBody(source, maxBytes)
  }

  /** False at the end of the stream. */
  private async fill(): Promise<boolean> {
    while (this.at === this.current.length) {
      const { done, value } = await this.source.next()
      if (done === true) return false
      this.current = value
      this.at = 0
    }
    return true
  }

  /** The text of a line of ASCII without its CR LF. */
  async line(max: number): Promise<string> {
    let text = ''
    for (;;) {
      if (!(await this.fill())) broken('ends early')
      const code = this.current[this.at++] as number
      if (code === 0x0d) break
      if (text.length >= max) broken('has a line that is too long')
      // A line feed may end a trailer before the CR LF.
      if (code !== 0x0a && (code < 0x20 || code > 0x7e)) broken('has a line that is not ASCII')
      text += String.fromCharCode(code)
    }
    if (!(await this.fill()) || this.current[this.at++] !== 0x0a) broken('has a line without its end')
    return text
  }

  /** Exactly so many bytes, in memory. */
  async bytes(count: number): Promise<Uint8Array> {
    const out = new Uint8Array(count)
    for (let size = 0; size < count; ) {
      if (!(await this.fill())) broken('ends early')
      const part = this.current.subarray(this.at, this.at + count - size)
      out.set(part, size)
      size += part.length
      this.at += part.length
    }
    return out
  }

  /** Refuses what comes behind the end. */
  async end(): Promise<void> {
    if (await this.fill()) broken('has bytes behind its end')
  }

  /** Cancels the source. */
  async close(): Promise<void> {
    await this.source.return()
  }
}

/** The error of a body that is not made of chunks. */
export const unreadableChunk = (what: string): CountersignError =>
  new CountersignError('BODY_UNREADABLE', `the body of chunks ${what}`)
