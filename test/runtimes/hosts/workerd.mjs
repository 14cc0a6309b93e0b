import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** @returns {Promise<number>} a port without a listener */
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })

/**
 * A worker that is asked over HTTP: workerd gives no randomness outside of a request.
 * @param {{ program: string, folder: string, name: string, text: string, flags: readonly string[],
 *   body?: string }} options `body` is what the worker is asked with
 * @returns {Promise<string>} what the worker answers
 */
export async function inWorkerd({ program, folder, name, text, flags, body }) {
  const port = await freePort()
  writeFileSync(join(folder, `${name}.mjs`), text)
  writeFileSync(
    join(folder, `${name}.capnp`),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (modules = [(name = "worker", esModule = embed "${name}.mjs")],
    compatibilityDate = "2025-01-01", compatibilityFlags = ${JSON.stringify(flags)}))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);\n`,
  )
  const child = spawn(program, ['serve', `${name}.capnp`], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    for (let tries = 0; ; tries++) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`, body === undefined ? {} : { method: 'POST', body })
        const answer = await response.text()
        if (!response.ok) throw new Error(`status ${response.status}: ${answer.slice(0, 500)}`)
        return answer
      } catch (error) {
        // Nothing shows when it is ready.
        const refused = /** @type {{ cause?: { code?: string } }} */ (error).cause?.code === 'ECONNREFUSED'
        if (!refused || tries > 300 || child.exitCode !== null) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  } finally {
    child.kill()
  }
}
