import { readCapture } from '../../../src/doctor/index.js'
import { reads } from '../target.js'

export const targets = [
  reads(
    'capture',
    [
      'POST /v1/orders?a=1 HTTP/1.1\r\nHost: api.example.com\r\nX-Signature: ab\r\n\r\n{"qty":1}',
      "curl -X POST 'https://api.example.com/v1?a=1' -H 'X-Key: k' --data-raw '{\"a\":1}'",
      'fetch("https://api.example.com/", { method: "POST", headers: { a: "b" }, body: "x" })',
      '{"log":{"entries":[{"request":{"method":"GET","url":"https://api.example.com/","headers":[]}}]}}',
      'http POST https://api.example.com/v1 a=1 X-Key:k',
      "Invoke-WebRequest -Uri 'https://api.example.com/' -Method POST -Body '{}'",
      'requests.post("https://api.example.com/", json={"a": 1}, headers={"X-Key": "k"})',
      '{"url":"https://api.example.com/","method":"POST","headers":{"a":"b"},"body":"x"}',
    ],
    readCapture,
  ),
]
