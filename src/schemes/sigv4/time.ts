/** A point in time as a variant writes it. */
export interface TimeFormat {
  write(nowMs: number): string
  /** Milliseconds; `undefined` for any other spelling. */
  read(text: string): number | undefined
  /** `20150830` of a written time, for the scope. */
  day(text: string): string
}

const BASIC = /^(....)(..)(..T..)(..)(..Z)$/
const UNIX = /^[1-9]\d{8,10}$/

/** What writes a time, once a second: a client signs many requests in one. */
function perSecond(write: (iso: string) => string): TimeFormat['write'] {
  let lastSecond = Number.NaN
  let lastText = ''
  return (nowMs) => {
    const second = Math.floor(nowMs / 1000)
    if (second !== lastSecond) {
      lastText = write(`${new Date(second * 1000).toISOString().slice(0, 19)}Z`)
      lastSecond = second
    }
    return lastText
  }
}

/** `2015-08-30T12:36:00Z`. */
const isoSeconds = /* @__PURE__ */ perSecond((iso) => iso)

/** A format of ISO 8601: what is read is what would be written of it, so 31 February and 24:00 are no times. */
const isoFormat = (write: TimeFormat['write'], dayLength: number, extended: (text: string) => string): TimeFormat => ({
  write,
  read: (text) => {
    const ms = Date.parse(extended(text))
    return Number.isNaN(ms) || write(ms) !== text ? undefined : ms
  },
  day: (text) => text.slice(0, dayLength),
})

/** `20150830T123600Z`, the basic form of ISO 8601 (AWS, Google, Volcengine, Huawei, OSS). */
export const BASIC_TIME: TimeFormat = /* @__PURE__ */ isoFormat(
  /* @__PURE__ */ perSecond((iso) => iso.replace(/[-:]/g, '')),
  8,
  (text) => text.replace(BASIC, '$1-$2-$3:$4:$5'),
)

/** `2023-10-26T10:22:32Z` (Alibaba Cloud). */
export const EXTENDED_TIME: TimeFormat = /* @__PURE__ */ isoFormat(isoSeconds, 10, (text) => text)

/** `1551113065`, seconds since the epoch (Tencent Cloud); the day of the scope is `2019-02-25`. */
export const UNIX_TIME: TimeFormat = {
  write: (nowMs) => String(Math.floor(nowMs / 1000)),
  read: (text) => (UNIX.test(text) ? Number(text) * 1000 : undefined),
  day: (text) => isoSeconds(Number(text) * 1000).slice(0, 10),
}
