/** A point in time as a variant writes it. */
export interface TimeFormat {
  write(nowMs: number): string
  /** Milliseconds; `undefined` for any other spelling. */
  read(text: string): number | undefined
  /** `20150830` of a written time, for the scope. */
  day(text: string): string
}

const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const EXTENDED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const UNIX = /^[1-9]\d{8,10}$/

// A client signs many requests in one second.
let lastSecond = Number.NaN
let lastText = ''

/** `2015-08-30T12:36:00Z`. */
function isoSeconds(nowMs: number): string {
  const second = Math.floor(nowMs / 1000)
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
    lastSecond = second
  }
  return lastText
}

let lastIso = ''
let lastBasic = ''

function basic(nowMs: number): string {
  const iso = isoSeconds(nowMs)
  if (iso !== lastIso) {
    lastBasic = iso.replace(/[-:]/g, '')
    lastIso = iso
  }
  return lastBasic
}

/** Milliseconds of a time that exists: 31 February and 24:00 do not. */
function readIso(iso: string): number | undefined {
  const ms = Date.parse(iso)
  return Number.isNaN(ms) || isoSeconds(ms) !== iso ? undefined : ms
}

/** `20150830T123600Z`, the basic form of ISO 8601 (AWS, Google, Volcengine, Huawei, OSS). */
export const BASIC_TIME: TimeFormat = {
  write: basic,
  read: (text) => (BASIC.test(text) ? readIso(text.replace(BASIC, '$1-$2-$3T$4:$5:$6Z')) : undefined),
  day: (text) => text.slice(0, 8),
}

/** `2023-10-26T10:22:32Z` (Alibaba Cloud). */
export const EXTENDED_TIME: TimeFormat = {
  write: isoSeconds,
  read: (text) => (EXTENDED.test(text) ? readIso(text) : undefined),
  day: (text) => text.slice(0, 10),
}

/** `1551113065`, seconds since the epoch (Tencent Cloud); the day of the scope is `2019-02-25`. */
export const UNIX_TIME: TimeFormat = {
  write: (nowMs) => String(Math.floor(nowMs / 1000)),
  read: (text) => (UNIX.test(text) ? Number(text) * 1000 : undefined),
  day: (text) => isoSeconds(Number(text) * 1000).slice(0, 10),
}
