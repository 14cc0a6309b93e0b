import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** One request as a service behind a gate has read it. */
export interface Seen {
  readonly method: string
  readonly target: string
  /** Names and values as the service's parser has them. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** A service that is running, and every request that its parser has found in what came. */
export interface Service {
  readonly port: number
  readonly seen: Seen[]
  stop(): void
}

export const has = (command: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(command, [...args], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

// Each prints its port, and then a line of JSON for every request. The answer repeats what the gate has added.
const PYTHON = `
import http.server, json
class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def serve(self):
        body = self.rfile.read(int(self.headers.get('content-length') or 0)).decode('latin-1')
        own = [self.headers.get('X-Countersign-' + name) or '' for name in ('Key', 'Owner', 'Scopes')]
        print(json.dumps({'method': self.command, 'target': self.path, 'fields': self.headers.items(), 'body': body}), flush=True)
        text = '|'.join([self.path, *own, body]).encode('latin-1')
        self.send_response(200)
        self.send_header('content-length', str(len(text)))
        self.end_headers()
        if self.command != 'HEAD': self.wfile.write(text)
    def __getattr__(self, name):
        if name.startswith('do_'): return self.serve
        raise AttributeError(name)
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Service)
print(server.server_port, flush=True)
server.serve_forever()
`
const GO = `package main

import ("encoding/json"; "fmt"; "io"; "net"; "net/http"; "strings"; "sync")

func latin1(bytes []byte) string {
	runes := make([]rune, len(bytes))
	for i, b := range bytes { runes[i] = rune(b) }
	return string(runes)
}

func main() {
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	var lock sync.Mutex
	http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fields := [][]string{{"Host", r.Host}}
		for name, values := range r.Header { for _, value := range values { fields = append(fields, []string{name, value}) } }
		for _, coding := range r.TransferEncoding { fields = append(fields, []string{"Transfer-Encoding", coding}) }
		line, _ := json.Marshal(map[string]any{"method": r.Method, "target": r.RequestURI, "fields": fields, "body": latin1(body)})
		lock.Lock()
		fmt.Println(string(line))
		lock.Unlock()
		own := []string{r.RequestURI, r.Header.Get("X-Countersign-Key"), r.Header.Get("X-Countersign-Owner"), r.Header.Get("X-Countersign-Scopes")}
		fmt.Fprint(w, strings.Join(own, "|")+"|"+string(body))
	}))
}
`
const NODE = `
import { createServer } from 'node:http'
const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { method, url: target, headers, rawHeaders } = request
    const fields = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []))
    const body = Buffer.concat(chunks)
    console.log(JSON.stringify({ method, target, fields, body: body.toString('latin1') }))
    const own = ['key', 'owner', 'scopes'].map((name) => headers['x-countersign-' + name] ?? '')
    response.end(Buffer.concat([Buffer.from([target, ...own, ''].join('|')), body]))
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

async function running(child: ChildProcess): Promise<Service> {
  const seen: Seen[] = []
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [port] = (await once(lines, 'line')) as [string]
  lines.on('line', (line) => seen.push(JSON.parse(line) as Seen))
  return { port: Number(port), seen, stop: () => void child.kill() }
}

/** A service by the language it is written in: whether this machine has it, and how it begins with files of its own in a folder. */
export const SERVICES: ReadonlyArray<
  readonly [name: string, is: boolean, begin: (folder: string) => Promise<Service>]
> = [
  [
    'Node node:http',
    true,
    (folder) => {
      writeFileSync(join(folder, 'service.mjs'), NODE)
      return running(spawn(process.execPath, [join(folder, 'service.mjs')]))
    },
  ],
  [
    'Python http.server',
    has('python3', '--version'),
    (folder) => {
      writeFileSync(join(folder, 'service.py'), PYTHON)
      return running(spawn('python3', [join(folder, 'service.py')]))
    },
  ],
  [
    'Go net/http',
    has('go', 'version'),
    (folder) => {
      writeFileSync(join(folder, 'service.go'), GO)
      execFileSync('go', ['build', '-o', join(folder, 'service'), join(folder, 'service.go')])
      return running(spawn(join(folder, 'service')))
    },
  ],
]
