import { execFile } from 'node:child_process'

/** Nothing takes longer than this, on a machine that has much else to do; on a quiet one it is under a minute. */
export const LIMIT_MS = 600_000

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} its last line
 */
export const lastLine = (file, args, cwd) =>
  new Promise((resolve, reject) => {
    execFile(file, args, { cwd, timeout: LIMIT_MS, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr.slice(-2000)}`)) : resolve(stdout.trim().split('\n').at(-1)),
    )
  })
