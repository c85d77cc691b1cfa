import { McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import { reasonOf, SupportError } from '../base/errors.ts'
import { redact } from '../base/redact.ts'
import type { Log } from './log.ts'

/** What a tool answers: one JSON object whose first key is a plain sentence with the counts. */
export type Answer = { summary: string } & Record<string, unknown>

/** All four are sent, since a missing hint means the worst. */
export interface Hints {
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** Reads something, changes nothing, asks a system outside. */
export const READS: Hints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
}

export interface ToolSpec<S extends z.ZodObject> {
  name: string
  title: string
  description: string
  input: S
  hints: Hints
  /** Whether this very call would change something; left out = no call of a read-only tool does. */
  writes?: (args: z.output<S>) => boolean
  run(args: z.output<S>, signal: AbortSignal): Promise<Answer>
}

/** A tool whose arguments' type is known only to itself. */
export type Tool = (server: McpServer, context: ToolContext) => void

export interface ToolContext {
  access: 'read-only' | 'read-write'
  log: Log
}

/** Checks and types the arguments of one tool; faults of the system behind become results with isError. */
export function tool<S extends z.ZodObject>(spec: ToolSpec<S>): Tool {
  const { name, title, description, hints } = spec
  const inputSchema = convertedOnce(spec.input)
  return (server, { access, log }) => {
    const run = async (given: unknown, { mcpReq }: { mcpReq: { signal: AbortSignal } }) => {
      const args = given as z.output<S> // checked by the SDK against `input`
      if (access === 'read-only' && (spec.writes?.(args) ?? !hints.readOnlyHint)) return refused(name)
      try {
        return result(JSON.stringify(await spec.run(args, mcpReq.signal)))
      } catch (error) {
        if (!(error instanceof SupportError) && !mcpReq.signal.aborted)
          log('error', `${name} failed: ${reasonOf(error)}`)
        return {
          ...result(error instanceof SupportError ? error.message : `${name} failed inside`),
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
  annotations: Hints
}

// The SDK turns the schema into JSON anew for each server, which in the modern era is each request: a third
// of all work, without this.
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
  const text = `${name} was refused: this server is read-only (set "access": "read-write" for this customer)`
  return { ...result(text), isError: true }
}

function result(text: string) {
  return { content: [{ type: 'text' as const, text: redact(text) }] }
}

/** A fresh server that holds the tools; one a session, or one a request in the modern era. */
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
