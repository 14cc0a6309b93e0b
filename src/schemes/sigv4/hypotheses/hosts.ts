import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import type { TextMistake } from '../../scheme/mistakes.js'
import { otherPorts } from '../../scheme/request-mistakes.js'
import type { Claim } from '../read-header.js'

// Of programs that stand before a service, or in its place on the machine of a developer.
const TUNNELS = [
  80, 443, 5000, 5601, 6080, 6081, 8000, 8080, 8081, 8088, 8090, 8443, 8888, 9000, 9090, 9200, 9243, 10_000,
]

/** Hosts that a request for the same thing may have been signed for. */
export function hostMistakes(request: HttpRequest, { region, service }: Claim): readonly TextMistake[] {
  const { authority, fields } = request
  const bucket = authority.split('.', 1)[0] ?? ''
  const others = [
    ...['x-forwarded-host', 'x-original-host'].flatMap((name) => combinedValue(fields, name) ?? []),
    ...(service === 's3'
      ? [
          `s3.${region}.amazonaws.com`,
          's3.amazonaws.com',
          `s3-${region}.amazonaws.com`,
          `${bucket}.s3.amazonaws.com`,
          `${bucket}.s3.${region}.amazonaws.com`,
        ]
      : [`${service}.${region}.amazonaws.com`, `${service}.amazonaws.com`]),
    'localhost',
    ...[
      'localhost:4566',
      'localhost:8000',
      'localhost:9000',
      'localhost:4572',
      '127.0.0.1:9000',
      'minio:9000',
      'localstack:4566',
    ],
  ]
  return [
    {
      id: 'other',
      rank: 1,
      cause:
        'The request was signed for another host than the one it has arrived at: a proxy, tunnel or container name in between.',
      fix: 'Sign for the host that the server reads in Host, and let proxies pass Host on unchanged.',
      // One that differs by its port alone is named by that.
      apply: (text) =>
        others.filter((one) => one.split(':')[0] !== text.split(':')[0]).map((one) => [one, one] as const),
    },
    {
      id: 'port',
      rank: 1,
      cause: 'The host was signed with a port, or without the one that was sent.',
      fix: 'Sign the value of Host as it is sent: clients leave out 443 and 80, and write every other port.',
      apply: (text) => [
        [text.replace(/:\d+$/, '')],
        ...['443', '80', '8080', '9000', '4566', '8000', '8443', '3000', '5000'].map(
          (port) => [`${text.replace(/:\d+$/, '')}:${port}`, `port ${port}`] as const,
        ),
      ],
    },
    otherPorts(
      'The host was signed with a port, or without the one that was sent.',
      'Sign the value of Host as it is sent, and let proxies pass it on with its port (nginx: $http_host, not $host).',
    ),
    {
      id: 'case',
      rank: 2,
      cause: 'The host was signed in another case or with a scheme.',
      fix: 'Sign the value of Host as it is sent.',
      apply: (text) => [[text.toLowerCase()], [`https://${text}`], [`http://${text}`], [`${text}.`]],
    },
    {
      id: 'tunnel',
      rank: 2,
      alone: true,
      cause:
        'The request was signed for a port of this machine, the mouth of a tunnel (ssh -L, kubectl port-forward, a proxy), and has arrived at the host behind it.',
      fix: 'Sign for the host behind the tunnel: set Host to it before signing, and let the client connect to the tunnel.',
      *apply() {
        for (const name of ['localhost', '127.0.0.1'])
          for (const port of TUNNELS) yield [`${name}:${port}`, `${name}:${port}`]
        for (const name of ['localhost', '127.0.0.1'])
          for (let port = 1_024; port < 4_900; port++) yield [`${name}:${port}`, `${name}:${port}`]
      },
    },
  ]
}
