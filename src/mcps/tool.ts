import { McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import { reasonOf, SupportError } from '../base/errors.ts'
import { redact } from '../base/redact.ts'
import { fitted, MOST_ANSWER_BYTES } from './answer/fit.ts'
import type { ToolAnswer } from './answer/page.ts'
import type { Log } from './log.ts'

/** All four are always sent, because clients assume the worst of a missing one. */
export interface ToolHints {
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** A tool that only reads, from an external system. */
export const READS: ToolHints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
}

export interface ToolDefinition<S extends z.ZodObject> {
  name: string
  title: string
  description: string
  input: S
  hints: ToolHints
  /** Whether a call with these arguments changes something. Default: by the readOnlyHint. */
  writes?: (args: z.output<S>) => boolean
  run(args: z.output<S>, signal: AbortSignal): Promise<ToolAnswer>
}

/** Registers one tool with a server. */
export type Tool = (server: McpServer, context: ToolContext) => void

export interface ToolContext {
  access: 'read-only' | 'read-write'
  log: Log
}

/** Defines a tool with checked, typed arguments. Errors of the system behind it become results with isError. */
export function tool<S extends z.ZodObject>(spec: ToolDefinition<S>): Tool {
  const { name, title, description, hints } = spec
  const inputSchema = convertedOnce(spec.input)
  return (server, { access, log }) => {
    const run = async (given: unknown, { mcpReq }: { mcpReq: { signal: AbortSignal } }) => {
      const args = given as z.output<S> // checked by the SDK against `input`
      if (access === 'read-only' && (spec.writes?.(args) ?? !hints.readOnlyHint)) return refused(name)
      try {
        const answer = await spec.run(args, mcpReq.signal)
        return result(JSON.stringify(fitted(answer, MOST_ANSWER_BYTES)))
      } catch (error) {
        if (!(error instanceof SupportError) && !mcpReq.signal.aborted)
          log('error', `${name} failed: ${reasonOf(error)}`)
        return {
          ...result(error instanceof SupportError ? error.message : `${name} failed because of a bug`),
          isError: true,
        }
      }
    }
    const options: ToolOptions = { title, description, inputSchema, annotations: hints }
    server.registerTool(name, options, run)
  }
}

interface ToolOptions {
  title: string
  description: string
  inputSchema: StandardSchemaWithJSON
  annotations: ToolHints
}

// The SDK converts the schema to JSON for each server, and in the modern era there is one server per request. Without
// this cache, that is a third of all work.
function convertedOnce(schema: z.ZodObject): StandardSchemaWithJSON {
  const standard = schema['~standard']
  let json: Record<string, unknown> | undefined
  const convert = (options: Parameters<typeof standard.jsonSchema.input>[0]) => {
    json ??= standard.jsonSchema.input(options)
    return json
  }
  const { version, vendor, validate } = standard
  return { '~standard': { version, vendor, validate, jsonSchema: { input: convert, output: convert } } }
}

function refused(name: string) {
  const text = `${name} was rejected: this server is read-only (set "access": "read-write" for this customer)`
  return { ...result(text), isError: true }
}

function result(text: string) {
  return { content: [{ type: 'text' as const, text: redact(text) }] }
}

/** A new server with these tools: one per session, or one per request in the modern era. */
export function serverWith(
  about: { name: string; title: string; version: string; instructions: string },
  tools: readonly Tool[],
  context: ToolContext,
): McpServer {
  const { instructions, ...info } = about
  const server = new McpServer(info, { instructions })
  for (const register of tools) register(server, context)
  return server
}
