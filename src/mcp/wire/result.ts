import { z } from 'zod'
import { bytes } from '../../base/text/amounts.ts'
import type { CallResult } from '../connection.ts'

/** Any result of a call. The SDK's own schema rejects unknown content types and null text. */
export const looseResult = z.looseObject({
  content: z.array(z.unknown()).nullish(),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().nullish(),
})

/** All content as text; other content is named, not carried. */
export function flatten(result: z.infer<typeof looseResult>): CallResult {
  const texts = (result.content ?? []).map(blockText).filter(text => text !== '')
  if (texts.length === 0 && result.structuredContent != null)
    texts.push(JSON.stringify(result.structuredContent))
  return { text: texts.join('\n'), isError: result.isError === true }
}

type Block = {
  type?: unknown
  text?: unknown
  mimeType?: unknown
  data?: unknown
  uri?: unknown
  name?: unknown
  resource?: { uri?: unknown; text?: unknown }
}

function blockText(block: unknown): string {
  if (typeof block === 'string') return block
  if (typeof block !== 'object' || block === null) return ''
  const { type, text, mimeType, data, uri, name, resource } = block as Block
  if (type === 'text') return typeof text === 'string' ? text : ''
  if (type === 'image' || type === 'audio') return `[${type} ${mimeType ?? ''}, ${sizeText(data)}: not shown]`
  if (type === 'resource_link') return `[link ${name ?? ''} ${uri ?? ''}]`
  if (type === 'resource' && resource)
    return typeof resource.text === 'string' ? resource.text : `[resource ${resource.uri ?? ''}: not shown]`
  return JSON.stringify(block)
}

function sizeText(base64: unknown): string {
  return bytes(typeof base64 === 'string' ? Math.ceil(base64.length * 0.75) : 0)
}
