/** A point in time as a variant writes it. */
export interface TimeFormat {
  write(nowMs: number): string
  /** Milliseconds; `undefined` for any other spelling. */
  read(text: string): number | undefined
  /** `20150830` of a written time, for the scope. */
  day(text: string): string
}

const BASIC = /^(....)(..)(..T..)(..)(..Z)$/
// Other years have a sign and more digits in front, and would be written without the seconds at their end.
const FIRST_MS = -62_167_219_200_000 // 0000-01-01T00:00:00Z
const LAST_MS = 253_402_300_799_000 // 9999-12-31T23:59:59Z
const UNIX = /^[1-9]\d{8,10}$/

/** A format of ISO 8601: what is read is what would be written of it, so 31 February and 24:00 are no times. */
function isoFormat(
  written: (iso: string) => string,
  dayLength: number,
  extended: (text: string) => string,
): TimeFormat {
  // A client signs many requests in one second, and its key reads what was just written.
  let lastSecond = Number.NaN
  let lastText = ''
  const write = (nowMs: number): string => {
    const second = Math.floor(nowMs / 1000)
    // Stryker disable next-line ConditionalExpression: written again, it is the same
    if (second !== lastSecond) {
      lastText = written(`${new Date(second * 1000).toISOString().slice(0, 19)}Z`)
      lastSecond = second
    }
    return lastText
  }
  return {
    write,
    read: (text) => {
      // Stryker disable next-line ConditionalExpression: parsed, it is the same
      const ms = text === lastText ? lastSecond * 1000 : Date.parse(extended(text))
      return ms >= FIRST_MS && ms <= LAST_MS && write(ms) === text ? ms : undefined
    },
    day: (text) => text.slice(0, dayLength),
  }
}

/** `20150830T123600Z`, the basic form of ISO 8601 (AWS, Google, Volcengine, Huawei, OSS). */
export const BASIC_TIME: TimeFormat = /* @__PURE__ */ isoFormat(
  (iso) => iso.replace(/[-:]/g, ''),
  8,
  (text) => text.replace(BASIC, '$1-$2-$3:$4:$5'),
)

/** `2023-10-26T10:22:32Z` (Alibaba Cloud). */
export const EXTENDED_TIME: TimeFormat = /* @__PURE__ */ isoFormat(
  (iso) => iso,
  10,
  (text) => text,
)

/** `1551113065`, seconds since the epoch (Tencent Cloud); the day of the scope is `2019-02-25`. */
export const UNIX_TIME: TimeFormat = {
  write: (nowMs) => String(Math.floor(nowMs / 1000)),
  read: (text) => (UNIX.test(text) ? Number(text) * 1000 : undefined),
  day: (text) => EXTENDED_TIME.write(Number(text) * 1000).slice(0, 10),
}
