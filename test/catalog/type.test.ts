import { expect, it } from 'vitest'
import { loadCatalog } from '../../src/catalog/load.ts'
import { mcpTypeSchema } from '../../src/catalog/type.ts'

it('a type file with a key that nothing reads is refused', () => {
  const { isOwn: _, ...type } = loadCatalog().get('alertmanager') ?? {}
  expect(mcpTypeSchema().safeParse(type).success).toBe(true)
  const { error } = mcpTypeSchema().safeParse({ ...type, healthcheck: ['CMD', 'true'] })
  expect(error?.issues[0]?.message).toContain('healthcheck')
})
