import type { Dialect } from '../catalog/vendors.ts'
import type { ModelCall, ToolSpec } from '../platforms/platform.ts'
import { restored, translated } from './arguments.ts'
import { legalName } from './names.ts'
import { RULES } from './rules.ts'
import { rootOf } from './schema/root.ts'
import { shortened, type Written, writeSchema } from './schema/write.ts'

export interface Compiled {
  /** As the dialect takes them, in the order they came. */
  tools: ToolSpec[]
  /** What cannot be said in it without losing its meaning; one bad tool must not kill a request. */
  left: LeftTool[]
  /** A tool's own name by the one that the platform knows. */
  original(name: string): string
  /** The name that the platform knows, also of a tool that is not among them: a history may speak of it. */
  legal(name: string): string
  /** A call as the toolset knows it, and as the platform does: names of the tool and of its arguments. */
  toOwn(call: ModelCall): ModelCall
  toPlatform(call: ModelCall): ModelCall
}

export interface LeftTool {
  name: string
  reason: string
}

/**
 * Tools in one dialect. A schema only gets wider on the way: no call that was right becomes impossible. Pure; a
 * schema is compiled once for each dialect, whatever list it comes in.
 */
export function compileTools(dialect: Dialect, specs: readonly ToolSpec[]): Compiled {
  const tools: ToolSpec[] = []
  const left: LeftTool[] = []
  const own = new Map<string, ToolSpec>()
  for (const spec of specs) {
    const name = legalName(spec.name)
    const said = own.has(name) ? { reason: 'another tool has its name' } : wordsOf(dialect, spec.inputSchema)
    if ('reason' in said) {
      left.push({ name: spec.name, reason: said.reason })
      continue
    }
    own.set(name, spec)
    tools.push({ name, ...described(dialect, spec, said) })
  }
  const keysOf = (name: string) => {
    const spec = own.get(name)
    const said = spec && wordsOf(dialect, spec.inputSchema)
    return said && 'keys' in said ? said.keys : undefined
  }
  const original = (name: string) => own.get(name)?.name ?? name
  return {
    tools,
    left,
    original,
    legal: legalName,
    toOwn: call => ({ ...restored(call, keysOf(call.name)), name: original(call.name) }),
    toPlatform: call => {
      const name = legalName(call.name)
      return { ...translated(call, keysOf(name)), name }
    },
  }
}

type Said = (Written & { notes: string[] }) | { reason: string }

const known = new WeakMap<object, Map<Dialect, Said>>()

/** By the schema's identity: a toolset keeps its schemas, though each turn makes its list anew. */
function wordsOf(dialect: Dialect, schema: unknown): Said {
  if (typeof schema !== 'object' || schema === null) return say(dialect, schema)
  const dialects = known.get(schema) ?? new Map<Dialect, Said>()
  known.set(schema, dialects)
  const found = dialects.get(dialect) ?? say(dialect, schema)
  dialects.set(dialect, found)
  return found
}

function say(dialect: Dialect, schema: unknown): Said {
  try {
    const root = rootOf(schema)
    return 'reason' in root ? root : { ...writeSchema(root.plain, RULES[dialect]), notes: root.notes }
  } catch (error) {
    return { reason: `its schema cannot be read: ${shortened((error as Error).message, 100)}` }
  }
}

/** What is too long for the description goes on in the schema's, which has no limit. */
function described(
  dialect: Dialect,
  { name, description }: ToolSpec,
  { schema, notes }: Exclude<Said, { reason: string }>,
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
