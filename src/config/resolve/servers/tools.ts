import type { McpType } from '../../../catalog/type.ts'
import type { Path } from '../../document/problems.ts'
import type { ServerInput } from '../../document/schema/document.ts'
import type { Server } from '../../project.ts'
import { isPattern, leftOutReason } from '../../settings/tool-patterns.ts'
import type { ResolveContext } from '../context.ts'

/** What the file says of a server's tools: which are offered, which change nothing, and which is called to test it. */
export function toolsOf(
  { reporter, document }: ResolveContext,
  at: Path,
  { input, type, managed }: { input: ServerInput; type: McpType; managed: boolean },
): Pick<Server, 'readOnly' | 'effects' | 'dryRuns' | 'authors' | 'toolChoice' | 'pins' | 'smoke'> {
  const named = input.read_only_tools ?? []
  for (const [index, name] of named.entries())
    if (/^\*+$/.test(name))
      reporter.error(
        [...at, 'read_only_tools', index],
        'would make every tool of this server read-only',
        'set "trust_hints": true to believe what the server says, or use patterns such as "get_*"',
      )
  const toolChoice = { include: input.tools?.include, exclude: input.tools?.exclude ?? [] }
  const { smoke } = type
  // A third party's server can give wrong hints, and can be something else than its type says.
  const hints = input.trust_hints ?? (managed && type.readOnly.hints)
  return {
    effects: hints ? type.effects : [],
    dryRuns: hints ? type.dryRuns : {},
    authors: hints ? type.authors : {},
    readOnly: {
      hints,
      tools: [...type.readOnly.tools, ...named.filter(one => !isPattern(one))],
      patterns: named.filter(isPattern),
    },
    toolChoice,
    pins: input.pins ?? document.pins ?? 'enforce',
    // A tool that is not offered is not called by us either.
    smoke: smoke && leftOutReason(smoke.tool, toolChoice) === undefined ? smoke : undefined,
  }
}
