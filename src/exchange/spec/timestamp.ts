/** How a time is written: the `timestamp` of `countersign/exchange`. */
export {
  decimalSeconds,
  expiresIn,
  isoTime as iso,
  milliseconds,
  millisecondsOrSeconds,
  seconds,
  utcTime as utc,
} from './times.js'
