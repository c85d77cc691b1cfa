import { ProtocolError, type RequestOptions } from '@modelcontextprotocol/client'
import type { z } from 'zod'
import { HEADER_MISMATCH } from '../../base/http/rpc-codes.ts'
import { isRecord } from '../../base/records.ts'
import type { McpClient } from './client.ts'
import { withRepeatableCall } from './http/repeatable.ts'
import { allPages, DEEPEST, isDeeperThan } from './listing/pages.ts'
import { headersFor, type ParamHeader, paramHeaders } from './listing/param-headers.ts'
import { toolPage } from './listing/tools.ts'

interface Message<T> {
  method: string
  params: Record<string, unknown>
  schema: z.ZodType<T>
  /** Whether the answer is passed on as it came. */
  isDirect?: boolean
  /** Doing it twice changes nothing. */
  repeatable: boolean
}

/**
 * Sends the requests of one connection. In the modern era, arguments of calls are repeated in headers as the tools of the
 * last list want it; a server that wants something else now is asked for its tools and called once more.
 */
export function createMirror() {
  const declared = new Map<string, ParamHeader[]>()

  function learn(tools: readonly unknown[]): void {
    for (const tool of tools) {
      // Those are quarantined, and not called.
      if (!isRecord(tool) || !isRecord(tool.inputSchema) || isDeeperThan(DEEPEST, tool)) continue
      if (typeof tool.name !== 'string') continue
      const headers = paramHeaders(tool.inputSchema)
      declared.set(tool.name, 'fault' in headers ? [] : headers)
    }
  }

  function headersOf({ name, arguments: args }: Record<string, unknown>): Record<string, string> {
    return headersFor((typeof name === 'string' && declared.get(name)) || [], isRecord(args) ? args : {})
  }

  async function listTools({ client }: McpClient, options: RequestOptions): Promise<unknown[]> {
    const tools = await allPages(async params => {
      const page = await client.request({ method: 'tools/list', params }, toolPage, options)
      return { items: page.tools, next: page.nextCursor }
    }, 'tools')
    learn(tools)
    return tools
  }

  async function request<T>(used: McpClient, message: Message<T>, options: RequestOptions): Promise<T> {
    const { method, params, schema, repeatable } = message
    const isCall = used.era === 'modern' && method === 'tools/call'
    const { direct } = message.isDirect ? used : {}
    const { signal, onprogress = () => {} } = options
    // The headers of now: a server may want others after its tools have been listed again.
    const send = (): Promise<T> => {
      const headers = isCall ? headersOf(params) : {}
      const report = onprogress as (progress: object) => void
      if (direct && signal)
        return direct({ method, params, headers, signal, repeatable, onprogress: report }) as Promise<T>
      const asked = () =>
        used.client.request(
          { method, params: { ...params } },
          schema,
          isCall ? { ...options, headers } : options,
        )
      return repeatable ? withRepeatableCall(asked) : asked()
    }
    try {
      const result = await send()
      if (method === 'tools/list' && isRecord(result) && Array.isArray(result.tools)) learn(result.tools)
      return result
    } catch (error) {
      const isMismatch = error instanceof ProtocolError && error.code === HEADER_MISMATCH
      if (!isCall || !isMismatch) throw error
      await listTools(used, signal ? { signal } : {})
      return send()
    }
  }

  return { listTools, request }
}
