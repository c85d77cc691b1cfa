import type { Vendor } from '../instance.ts'

/** Models of an instance that was not told which ones it has. */
export const MODELS: Record<Vendor, readonly string[]> = {
  openai: ['gpt-5.4', 'gpt-5.4-mini'],
  azure: ['our-gpt', 'our-deployment'],
  anthropic: ['claude-opus-5', 'claude-sonnet-5'],
  google: ['gemini-3.5-flash', 'gemini-3.8-flash'],
  vertex: ['gemini-3.5-flash', 'gemini-3.8-flash'],
}

/**
 * One page of a vendor's list of models: OpenAI and Azure have one, Anthropic goes on behind `after_id`, Google behind a
 * `pageToken`.
 */
export function listingOf(
  vendor: Vendor,
  all: readonly string[],
  query: Record<string, string>,
  pageSize = Number.POSITIVE_INFINITY,
): object {
  const isPaged = vendor !== 'openai' && vendor !== 'azure'
  const start = vendor === 'anthropic' ? all.indexOf(query.after_id ?? '') + 1 : Number(query.pageToken ?? 0)
  const asked = Number(query.limit ?? query.pageSize ?? 20)
  const end = isPaged ? start + Math.min(asked, pageSize) : all.length
  const ids = all.slice(start, end)
  const next = end < all.length ? { nextPageToken: String(end) } : {}
  switch (vendor) {
    case 'openai':
      return {
        object: 'list',
        data: ids.map(id => ({ id, object: 'model', created: 1_760_000_000, owned_by: 'openai' })),
      }
    case 'azure':
      return {
        object: 'list',
        data: ids.map(id => ({
          id,
          object: 'model',
          status: 'succeeded',
          lifecycle_status: 'generally-available',
          created_at: 1_760_000_000,
          capabilities: { chat_completion: true, inference: true, embeddings: false, fine_tune: false },
        })),
      }
    case 'anthropic':
      return {
        data: ids.map(id => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' })),
        first_id: ids[0] ?? null,
        last_id: ids.at(-1) ?? null,
        has_more: end < all.length,
      }
    case 'google':
      return {
        models: ids.map(id => ({
          name: `models/${id}`,
          displayName: id,
          inputTokenLimit: 1_048_576,
          outputTokenLimit: 65_536,
          supportedGenerationMethods: ['generateContent', 'countTokens'],
        })),
        ...next,
      }
    case 'vertex':
      return {
        publisherModels: ids.map(id => ({ name: `publishers/google/models/${id}`, launchStage: 'GA' })),
        ...next,
      }
  }
}

/** Azure's deployments, in api-version 2023-03-15-preview. */
export function deploymentsOf(ids: readonly string[]): object {
  return {
    object: 'list',
    data: ids.map(id => ({ id, object: 'deployment', model: 'gpt-5.4-mini', status: 'succeeded' })),
  }
}
