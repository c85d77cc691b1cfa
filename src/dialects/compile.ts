import type { Dialect } from '../catalog/vendors.ts'
import type { ModelCall, ToolSpec } from '../platforms/platform.ts'
import { withLegalArgs, withOriginalArgs } from './arguments.ts'
import { legalName } from './names.ts'
import { RULES } from './rules.ts'
import { rootOf } from './schema/root.ts'
import { shortened, type WrittenSchema, writeSchema } from './schema/write.ts'

export interface Compiled {
  /** Tools as the dialect accepts them, in their original order. */
  tools: ToolSpec[]
  /** Tools that the dialect cannot express. They are left out, because one bad tool would break the request. */
  unoffered: UnofferedTool[]
  /** A tool's original name, from the name that the platform knows. */
  original(name: string): string
  /** The name that the platform knows; also for tools that are not in the list, since a history may mention them. */
  legal(name: string): string
  /** Converts the names of a call's tool and arguments between the toolset and the platform. */
  toOwn(call: ModelCall): ModelCall
  toPlatform(call: ModelCall): ModelCall
}

export interface UnofferedTool {
  name: string
  reason: string
}

/**
 * Converts tools to one dialect. A schema only gets wider: no valid call becomes impossible. Pure; each schema is
 * compiled once per dialect.
 */
export function compileTools(dialect: Dialect, specs: readonly ToolSpec[]): Compiled {
  const tools: ToolSpec[] = []
  const unoffered: UnofferedTool[] = []
  const own = new Map<string, ToolSpec>()
  for (const spec of specs) {
    const name = legalName(spec.name)
    const compiled = own.has(name)
      ? { reason: 'another tool has the same name' }
      : compiledSchema(dialect, spec.inputSchema)
    if ('reason' in compiled) {
      unoffered.push({ name: spec.name, reason: compiled.reason })
      continue
    }
    own.set(name, spec)
    tools.push({ name, ...described(dialect, spec, compiled) })
  }
  const keysOf = (name: string) => {
    const spec = own.get(name)
    const compiled = spec && compiledSchema(dialect, spec.inputSchema)
    return compiled && 'keys' in compiled ? compiled.keys : undefined
  }
  const original = (name: string) => own.get(name)?.name ?? name
  return {
    tools,
    unoffered,
    original,
    legal: legalName,
    toOwn: call => ({ ...withOriginalArgs(call, keysOf(call.name)), name: original(call.name) }),
    toPlatform: call => {
      const name = legalName(call.name)
      return { ...withLegalArgs(call, keysOf(name)), name }
    },
  }
}

type CompiledSchema = (WrittenSchema & { notes: string[] }) | { reason: string }

const known = new WeakMap<object, Map<Dialect, CompiledSchema>>()

/** Cached by the schema's identity: each turn makes a new list of tools, but with the same schemas. */
function compiledSchema(dialect: Dialect, schema: unknown): CompiledSchema {
  if (typeof schema !== 'object' || schema === null) return compileSchema(dialect, schema)
  const dialects = known.get(schema) ?? new Map<Dialect, CompiledSchema>()
  known.set(schema, dialects)
  const found = dialects.get(dialect) ?? compileSchema(dialect, schema)
  dialects.set(dialect, found)
  return found
}

function compileSchema(dialect: Dialect, schema: unknown): CompiledSchema {
  try {
    const root = rootOf(schema)
    return 'reason' in root ? root : { ...writeSchema(root.plain, RULES[dialect]), notes: root.notes }
  } catch (error) {
    return { reason: `its schema is unreadable: ${shortened((error as Error).message, 100)}` }
  }
}

/** A description that is too long continues in the schema's description, which has no limit. */
function described(
  dialect: Dialect,
  { name, description }: ToolSpec,
  { schema, notes }: Exclude<CompiledSchema, { reason: string }>,
): Pick<ToolSpec, 'description' | 'inputSchema'> {
  const longest = RULES[dialect].longestText
  const note = notes.length > 0 ? ` (${shortened(notes.join('; '), 400)})` : ''
  const text = description.trim() || name
  const room = longest - note.length
  if (text.length <= room) return { description: text + note, inputSchema: schema }
  const at = text.lastIndexOf(' ', room - 1)
  const end = at > room / 2 ? at : room - 1
  const rest = shortened(`… ${text.slice(end).trim()}`, RULES.anthropic.longestText)
  return {
    description: `${text.slice(0, end).trimEnd()}…${note}`,
    inputSchema: { ...schema, description: [rest, schema.description].filter(Boolean).join('\n') },
  }
}
