import { clean, cleanLine } from '../../../base/text/terminal-text.ts'
import { didYouMean } from '../../../base/text/words.ts'
import type { Catalog } from '../../../catalog/load.ts'
import type { Server } from '../../../config/project.ts'
import { fitsPattern, isPattern } from '../../../config/settings/tool-patterns.ts'
import { HINT_NOT_TRUSTED } from '../../../toolset/policy/verdict.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { Explained } from '../../error-text.ts'

/** For each server whose hints are not trusted: what to write into the file to offer its tools. */
export function linesToOffer(servers: readonly Server[], toolset: Toolset, catalog: Catalog): Explained[] {
  return servers.filter(isUnvouched).flatMap(server => {
    const waiting = toolset.patterns.flatMap(one => (one.server === server.name ? one.waiting : []))
    const open = toolset.withheld.filter(
      ({ server: its, tool, reason, byPolicy }) =>
        its === server.name &&
        !byPolicy &&
        !reason.startsWith('malformed') &&
        !waiting.some(one => one.tool === tool),
    )
    if (open.length === 0) return []
    // Those that even the server says may write would only have to be deleted again.
    const hinted = open.filter(({ reason }) => reason === HINT_NOT_TRUSTED)
    const tools = (hinted.length > 0 ? hinted : open).map(one => one.tool)
    const named = namedReadOnly(server, catalog)
    const names = [...named, ...tools].map(name => JSON.stringify(name)).join(', ')
    return [
      {
        message: `to offer tools of ${server.name}, name those that change nothing${hinted.length > 0 ? ' (the server says that these do)' : ''}:`,
        hint: `${named.length > 0 ? 'set' : 'add'} "read_only_tools": [${clean(names)}] ${named.length > 0 ? 'in' : 'to'} this server, leaving out tools that change something`,
      },
    ]
  })
}

/** Names and patterns of the configuration that no tool of their server has. */
export function unknownNames(
  servers: readonly Server[],
  { tools, withheld, leftOut, missing }: Toolset,
  catalog: Catalog,
): Explained[] {
  const asked = servers.filter(({ name }) => !missing.some(one => one.server === name))
  return asked.flatMap(server => {
    const known = [...tools, ...withheld, ...leftOut]
      .filter(one => one.server === server.name)
      .map(one => one.tool)
    const { include = [], exclude } = server.toolChoice
    const places = [
      ['read_only_tools', namedReadOnly(server, catalog)],
      ['tools.include', include],
      ['tools.exclude', exclude],
    ] as const
    return places.flatMap(([place, names]) =>
      names
        .filter(name => !known.some(tool => fitsPattern(tool, name)))
        .map(name => unknownName(server.name, { name, place, known })),
    )
  })
}

function unknownName(
  server: string,
  { name, place, known }: { name: string; place: string; known: readonly string[] },
): Explained {
  if (isPattern(name))
    return {
      message: `${server} has no tool that matches "${cleanLine(name)}" in "${place}"`,
      hint: 'correct the pattern: it must match names without the server, as in "tools call"',
    }
  return {
    message: `${server} has no tool "${cleanLine(name)}", named in "${place}"${didYouMean(name, [...known])}`,
    hint: 'correct the name: write it without the server, as in "tools call"',
  }
}

/** The catalogue covers servers that we start and that have a type; no one vouches for the tools of any other. */
function isUnvouched({ managed, origin, readOnly }: Server): boolean {
  return !readOnly.hints && !(managed && origin !== 'entry')
}

/** What the file itself names. The catalogue's names may be missing from a release. */
function namedReadOnly({ type, readOnly }: Server, catalog: Catalog): string[] {
  const ofType = catalog.get(type)?.readOnly.tools ?? []
  return [...readOnly.tools.filter(tool => !ofType.includes(tool)), ...readOnly.patterns]
}
