import type { Vendor } from '../instance.ts'

/** Models of an instance that was not told which ones it has. */
export const MODELS: Record<Vendor, readonly string[]> = {
  openai: ['gpt-fake', 'gpt-fake-mini'],
  azure: ['gpt-fake', 'gpt-fake-mini'],
  anthropic: ['claude-fake', 'claude-fake-mini'],
  google: ['gemini-fake', 'gemini-fake-mini'],
  vertex: ['gemini-fake', 'gemini-fake-mini'],
}

/** The first and only page of a vendor's list of models. */
export function listingOf(vendor: Vendor, ids: readonly string[]): object {
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
        has_more: false,
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
      }
    case 'vertex':
      return {
        publisherModels: ids.map(id => ({ name: `publishers/google/models/${id}`, launchStage: 'GA' })),
      }
  }
}
