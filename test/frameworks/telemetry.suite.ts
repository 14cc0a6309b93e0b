import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import pino from 'pino'
import { expect, it } from 'vitest'
import type { Verdict } from '../../src/server/verdict.js'
import { instrumentVerifier, verdictSerializer } from '../../src/telemetry/index.js'
import { signed, verifierFor } from '../runtime/world.js'

const SECRETS = /orders-path|203\.0\.113|nonce|secret|c2ln/i

async function observe() {
  const spans = new InMemorySpanExporter()
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('countersign')
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  const { verifier } = verifierFor('api.example.com')
  const observed = instrumentVerifier(verifier, { tracer, meter: provider.getMeter('countersign') })
  const collect = async () => {
    await provider.forceFlush()
    return exporter
      .getMetrics()
      .at(-1)!
      .scopeMetrics.flatMap(({ metrics }) => metrics)
  }
  return { observed, spans, collect, close: () => provider.shutdown() }
}

it('makes a span and metrics of every verdict, and no secret of any', async () => {
  const { observed, spans, collect, close } = await observe()
  const request = await signed('https://api.example.com/orders-path?token=secret', '{"a":1}')
  const context = { clientIp: '203.0.113.9' }
  expect((await observed.verify(request, context)).ok).toBe(true)
  expect((await observed.verify(request, context)).ok).toBe(false)
  await observed.verify({ ...request, method: 'BREW' }, context)
  observed.refuse(request, 'SCOPE_DENIED', 'a secret', context)

  const [first, second, third] = spans.getFinishedSpans()
  expect(first?.name).toBe('countersign.verify')
  expect(first?.attributes).toEqual({
    'http.request.method': 'POST',
    'countersign.verdict': 'accepted',
    'countersign.scheme': 'rfc9421',
    'countersign.key.id': 'bot-1',
    'countersign.algorithm': 'hmac-sha256',
  })
  expect([second?.attributes, second?.status.code]).toEqual([
    {
      'http.request.method': 'POST',
      'countersign.verdict': 'refused',
      'error.type': 'REPLAY',
      'http.response.status_code': 401,
    },
    0,
  ])
  expect(third?.attributes['http.request.method']).toBe('_OTHER')

  const metrics = await collect()
  const named = new Map(metrics.map((metric) => [metric.descriptor.name, metric]))
  expect([...named.keys()]).toEqual(['countersign.verify.duration', 'countersign.verdicts'])
  expect(named.get('countersign.verify.duration')?.descriptor.unit).toBe('s')
  expect(named.get('countersign.verify.duration')?.dataPoints).toHaveLength(3)
  const counted = named
    .get('countersign.verdicts')
    ?.dataPoints.map(({ attributes }) => attributes['error.type'] ?? 'accepted')
  expect(counted).toEqual(['accepted', 'REPLAY', 'SIGNATURE_INVALID', 'SCOPE_DENIED'])
  const text = JSON.stringify([
    spans.getFinishedSpans().map(({ attributes, events }) => [attributes, events]),
    metrics.map(({ dataPoints }) => dataPoints),
  ])
  expect(text).not.toMatch(SECRETS)
  await close()
})

it('marks a request that could not be judged as an error, and lets a mistake of the program through', async () => {
  const spans = new InMemorySpanExporter()
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('x')
  const { verifier } = verifierFor('api.example.com')
  const observed = instrumentVerifier(verifier, { tracer })
  expect((await observed.verify(undefined as never)).ok).toBe(false)
  await expect(observed.verify(await signed('https://api.example.com/'), { scop: 'a:b' } as never)).rejects.toThrow()
  expect(spans.getFinishedSpans().map(({ status }) => status.code)).toEqual([2, 2])
})

it('changes no verdict where telemetry fails', async () => {
  const broken = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error('down')
      },
    },
  )
  const { verifier } = verifierFor('api.example.com')
  const observed = instrumentVerifier(verifier, { tracer: broken as never })
  expect((await observed.verify(await signed('https://api.example.com/'))).ok).toBe(true)
  for (const wrong of [{}, { tracers: 1 }, { tracer: 5 }, { meter: {} }, null])
    expect(() => instrumentVerifier(verifier, wrong as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
})

it('writes a verdict into a log of pino, without what is secret in it', async () => {
  let text = ''
  const log = pino(
    { serializers: { verdict: verdictSerializer } },
    new Writable({
      write: (chunk, _, done) => {
        text += chunk
        done()
      },
    }),
  )
  const { verifier } = verifierFor('api.example.com')
  const request = await signed('https://api.example.com/v1/orders?token=secret', '{"card":"4111"}')
  const verdicts: Verdict[] = [await verifier.verify(request), await verifier.verify(request)]
  for (const verdict of verdicts) log.info({ verdict }, 'judged')
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { verdict: object })
  expect(lines.map(({ verdict }) => verdict)).toMatchObject([
    { ok: true, keyId: 'bot-1', owner: 'alice', scheme: 'rfc9421', method: 'POST', path: '/v1/orders' },
    { ok: false, keyId: 'bot-1', code: 'REPLAY', status: 401, path: '/v1/orders' },
  ])
  expect(text).not.toMatch(/secret|4111|signature":|"nonce/)
})

it('has a dashboard of metrics and labels that are made', () => {
  const dashboard = JSON.parse(readFileSync('docs/telemetry/grafana.json', 'utf8')) as {
    panels: Array<{ targets: Array<{ expr: string }> }>
  }
  // OpenTelemetry's names as Prometheus has them: dots become "_", with the unit, and "_total" for counters.
  const known = new Set([
    'countersign_verdicts_total',
    'countersign_verify_duration_seconds_bucket',
    'countersign_verdict',
    'error_type',
    'http_request_method',
    'http_response_status_code',
    'job',
    'le',
  ])
  const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  expect(expressions.length).toBeGreaterThan(8)
  const words = expressions.flatMap((expr) => expr.replace(/"[^"]*"/g, '').match(/[a-z]\w*_\w+|\b(?:le|job)\b/g) ?? [])
  expect(
    words.filter(
      (word) => !known.has(word) && !/^(?:histogram_quantile|__rate_interval)$/.test(word) && word !== 'rate_interval',
    ),
  ).toEqual([])
})
