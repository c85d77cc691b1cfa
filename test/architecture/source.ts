// One source tree, read once: what its files import, define and measure.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'vite'

export interface SourceFile {
  /** Relative to the tree's root, for example `mcp/wire/fault.ts`. */
  path: string
  text: string
  lines: number
  /** Paths of imported files of the tree. */
  imports: string[]
  /** Imported packages and Node modules. */
  packages: string[]
  functions: { name: string; lines: number }[]
  /** Names of exported interfaces, types and classes. */
  types: string[]
}

export function readSource(root: string): SourceFile[] {
  return filesBelow(root).map(file => sourceFile(root, file))
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : /\.tsx?$/.test(name) ? [path] : []
  })
}

function sourceFile(root: string, file: string): SourceFile {
  const text = readFileSync(file, 'utf8')
  const from = [...text.matchAll(/(?:from\s+|import\s*\(?\s*)'([^']+)'/g)].map(match => match[1] ?? '')
  const local = from.filter(one => one.startsWith('.'))
  return {
    path: relative(root, file),
    text,
    lines: text.split('\n').length,
    imports: local.map(one => relative(root, resolve(dirname(file), one))),
    packages: from.filter(one => !one.startsWith('.')),
    functions: topLevelFunctions(file, text),
    types: [...text.matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(match => match[1] ?? ''),
  }
}

interface Node {
  type: string
  start: number
  end: number
  id?: { name?: string } | null
  init?: Node | null
  declaration?: Node | null
  declarations?: Node[]
}

/** Functions that are declared, or bound to a name, at the top level of a file; lines from first to last. */
function topLevelFunctions(file: string, text: string): SourceFile['functions'] {
  const { program } = parseSync(file, text)
  const measure = (name: string | undefined, { start, end }: Node) => [
    { name: name ?? '(anonymous)', lines: text.slice(start, end).split('\n').length },
  ]
  const inStatement = (node: Node): SourceFile['functions'] => {
    if (node.declaration) return inStatement(node.declaration)
    if (node.type === 'FunctionDeclaration') return measure(node.id?.name, node)
    return (node.declarations ?? []).flatMap(({ id, init }) =>
      init && /^(ArrowFunctionExpression|FunctionExpression)$/.test(init.type) ? measure(id?.name, init) : [],
    )
  }
  return (program.body as unknown as Node[]).flatMap(inStatement)
}
