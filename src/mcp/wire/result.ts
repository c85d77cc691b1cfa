import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { isRecord } from '../../base/records.ts'
import { bytes } from '../../base/text/amounts.ts'
import { type CallResult, Fault } from '../connection.ts'

/** Any result of a call. The SDK's own schema rejects unknown content types and null text. */
export const looseResult = z.looseObject({
  content: z.array(z.unknown()).nullish(),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().nullish(),
})

/** Any result at all. */
export const anyResult = z.looseObject({})

/**
 * All content as text; content that is not text is named, not carried. Structured content follows, unless a text has the
 * same data already, as the specification asks servers to do.
 *
 * Every revision requires `content`, which may be an empty list. Null is Go's empty list; without the key, nothing says that
 * the tool has answered, unless there is structured content.
 *
 * @throws Fault `protocol` for a result with neither; its tool may have run
 */
export function flatten({ content, structuredContent, isError }: z.infer<typeof looseResult>): CallResult {
  if (content === undefined && structuredContent === undefined)
    throw new Fault('protocol', 'the answer to tools/call is malformed: content is missing')
  const texts = (content ?? []).map(textOf).filter(text => text !== '')
  if (structuredContent != null && !texts.some(text => holds(text, structuredContent)))
    texts.push(JSON.stringify(structuredContent))
  return { text: texts.join('\n'), isError: isError === true, ...linked((content ?? []).flatMap(linksIn)) }
}

/**
 * The contents of a resource as text, like those of a call. A part that is not text is named, not carried.
 *
 * @throws Fault `protocol` for an answer without contents
 */
export function flattenContents({ contents }: Record<string, unknown>): CallResult {
  if (!Array.isArray(contents))
    throw new Fault('protocol', 'the answer to resources/read is malformed: contents is missing')
  const parts = contents.filter(isRecord)
  const text = parts.map(part => (parts.length > 1 ? `${part.uri}:\n` : '') + resourceText(part)).join('\n\n')
  return {
    text,
    isError: false,
    ...linked(parts.flatMap(({ uri }) => (typeof uri === 'string' ? [uri] : []))),
  }
}

function linked(links: string[]): Pick<CallResult, 'links'> {
  return links.length > 0 ? { links } : {}
}

/** URIs of resources in one block of content. */
export function linksIn(block: unknown): string[] {
  const { type, uri, resource } = isRecord(block) ? (block as Block) : {}
  const found = type === 'resource_link' ? uri : type === 'resource' ? resource?.uri : undefined
  return typeof found === 'string' ? [found] : []
}

function holds(text: string, data: unknown): boolean {
  if (!/^\s*[[{"\dtfn-]/.test(text)) return false
  try {
    return isDeepStrictEqual(JSON.parse(text), data)
  } catch {
    return false
  }
}

type Block = {
  type?: unknown
  text?: unknown
  mimeType?: unknown
  data?: unknown
  uri?: unknown
  name?: unknown
  title?: unknown
  description?: unknown
  resource?: { uri?: unknown; text?: unknown; blob?: unknown; mimeType?: unknown }
}

/** Content that cannot be read costs only itself. */
function textOf(block: unknown): string {
  try {
    return blockText(block)
  } catch {
    return '[content that cannot be read: not shown]'
  }
}

function blockText(block: unknown): string {
  if (typeof block === 'string') return block
  if (typeof block !== 'object' || block === null) return ''
  const { type, text, mimeType, data, resource } = block as Block
  if (type === 'text') return typeof text === 'string' ? text : ''
  if (type === 'image' || type === 'audio') return `[${type} ${mimeType ?? ''}, ${sizeText(data)}: not shown]`
  if (type === 'resource_link') return linkText(block as Block)
  if (type === 'resource' && resource) return resourceText(resource)
  return JSON.stringify(block)
}

function linkText({ uri, name, title, description, mimeType }: Block): string {
  const words = [title ?? name, uri, mimeType, description].filter(
    part => typeof part === 'string' && part !== '',
  )
  return `[link ${words.join(', ')}]`
}

function resourceText({ uri, text, blob, mimeType }: NonNullable<Block['resource']>): string {
  if (typeof text === 'string') return text
  const readable = typeof mimeType === 'string' && /^text\/|[/+](json|xml|yaml|csv)\b/i.test(mimeType)
  if (readable && typeof blob === 'string') return Buffer.from(blob, 'base64').toString('utf8')
  return `[resource ${[uri, mimeType, sizeText(blob)].filter(Boolean).join(', ')}: not shown]`
}

function sizeText(base64: unknown): string {
  return bytes(typeof base64 === 'string' ? Buffer.byteLength(base64, 'base64') : 0)
}
