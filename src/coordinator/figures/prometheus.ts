import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { metricNameOf } from '../../catalog/vendors.ts'
import type { TurnRecord } from './record.ts'
import type { PlatformRow } from './report.ts'

/**
 * The figures as Prometheus text, named after OpenTelemetry's conventions for generative AI as its exporters write them
 * for Prometheus: dots become underscores, and the unit comes last.
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics
 */
export async function prometheusText(
  turns: readonly TurnRecord[],
  rows: readonly PlatformRow[],
): Promise<string> {
  const registry = new Registry()
  const registers = [registry]
  const chat = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'platform'] as const
  const tokens = new Histogram({
    name: 'gen_ai_client_token_usage',
    help: 'Number of input and output tokens used',
    labelNames: [...chat, 'gen_ai_token_type'],
    buckets: Array.from({ length: 14 }, (_, i) => 4 ** i),
    registers,
  })
  const duration = new Histogram({
    name: 'gen_ai_client_operation_duration_seconds',
    help: 'GenAI operation duration',
    labelNames: [...chat, 'error_type'],
    buckets: Array.from({ length: 14 }, (_, i) => 0.01 * 2 ** i),
    registers,
  })
  const firstChunk = new Histogram({
    name: 'gen_ai_client_operation_time_to_first_chunk_seconds',
    help: 'Time to receive the first chunk of the response',
    labelNames: [...chat],
    buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    registers,
  })
  const cost = new Counter({
    name: 'supportmax_model_cost_usd_total',
    help: 'US dollars of the requests whose cost is known',
    labelNames: ['customer', 'platform', 'model'],
    registers,
  })
  const unpriced = new Counter({
    name: 'supportmax_model_unpriced_requests_total',
    help: 'Requests that cost an unknown amount',
    labelNames: ['platform', 'model'],
    registers,
  })
  for (const turn of turns) {
    const labels = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: metricNameOf(turn.vendor),
      gen_ai_request_model: turn.model,
      platform: turn.platform,
    }
    duration.observe(
      { ...labels, error_type: turn.outcome === 'ok' ? '' : turn.outcome },
      turn.tookMs / 1_000,
    )
    if (turn.firstTokenMs !== undefined) firstChunk.observe(labels, turn.firstTokenMs / 1_000)
    if (turn.usage) {
      tokens.observe({ ...labels, gen_ai_token_type: 'input' }, turn.usage.inputTokens)
      tokens.observe({ ...labels, gen_ai_token_type: 'output' }, turn.usage.outputTokens)
    }
    const { customer, platform, model } = turn
    if (turn.costUsd !== undefined) cost.inc({ customer, platform, model }, turn.costUsd)
  }
  const ready = new Gauge({
    name: 'supportmax_platform_ready',
    help: '1 if the platform can be used now',
    labelNames: ['platform', 'model', 'state'],
    registers,
  })
  for (const {
    platform,
    model,
    state,
    cost: { unknown },
  } of rows) {
    ready.set({ platform, model, state }, state === 'ready' ? 1 : 0)
    unpriced.inc({ platform, model }, unknown)
  }
  return registry.metrics()
}
