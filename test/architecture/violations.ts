import { dirname } from 'node:path'
import { ENVIRONMENT, HOMES, INSIDE, LADDER, LIMITS, PROGRAMS } from './rules.ts'
import { readSource, type SourceFile } from './source.ts'

/** Every violation of the rules in one source tree, each as a sentence. */
export function violations(root: string): string[] {
  const files = readSource(root)
  return [
    ...files.flatMap(wrongImports),
    ...files.flatMap(wrongLibraries),
    ...loops(files),
    ...tooLarge(files),
    ...sameNames(files),
    ...roomsWithoutOrder(files),
  ]
}

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : path.replace(/\.tsx?$/, '')
}

function wrongImports(file: SourceFile): string[] {
  const from = roomOf(file.path)
  return file.imports.flatMap(to => {
    const target = roomOf(to)
    return from === target ? wrongStepInside(file.path, to) : wrongStep(file.path, to)
  })
}

function wrongStep(from: string, to: string): string[] {
  const [a, b] = [roomOf(from), roomOf(to)]
  const allowed = PROGRAMS[a]
  if (allowed) return allowed.includes(b) ? [] : [`${from} (a program) imports ${to}`]
  if (PROGRAMS[b]) return [`${from} imports the program ${to}`]
  const [high, low] = [LADDER.indexOf(a), LADDER.indexOf(b)]
  if (high < 0 || low < 0) return [`${from} -> ${to}: a room that is not on the ladder`]
  return low > high ? [] : [`${from} imports upwards: ${to}`]
}

/** The steps of a room's inner ladder: which one a file is on, and the member if it is a step of siblings. */
function stepOf(path: string): { step: number; member: string } {
  const steps = INSIDE[roomOf(path)] ?? []
  const [, first = ''] = path.split('/')
  const member = first.replace(/\.tsx?$/, '')
  const named = steps.findIndex(step => [step].flat().includes(member))
  return { step: named < 0 ? steps.indexOf('*') : named, member }
}

function wrongStepInside(from: string, to: string): string[] {
  const [a, b] = [stepOf(from), stepOf(to)]
  const steps = INSIDE[roomOf(from)]
  if (!steps || a.member === b.member) return []
  if (a.step > b.step) return [`${from} imports upwards inside its room: ${to}`]
  const areSiblings = a.step === b.step && Array.isArray(steps[a.step])
  return areSiblings ? [`${from} imports its sibling ${to}`] : []
}

function roomsWithoutOrder(files: SourceFile[]): string[] {
  const withFolders = files.filter(one => one.path.split('/').length > 2).map(one => roomOf(one.path))
  return [...new Set(withFolders)]
    .filter(room => INSIDE[room] === undefined)
    .map(room => `${room}/ has folders and no inner ladder`)
}

function wrongLibraries({ path, packages, text }: SourceFile): string[] {
  const strays = packages.flatMap(from =>
    HOMES.filter(([library, home]) => library.test(from) && !home.test(path)).map(
      ([, home]) => `${path} imports ${from}, whose home is ${home}`,
    ),
  )
  const reads = /process\.env\b/.test(text) && !ENVIRONMENT.test(path)
  return reads ? [...strays, `${path} reads process.env`] : strays
}

/** Import loops, of types too. Each loop is reported once, at its first file. */
function loops(files: SourceFile[]): string[] {
  const imports = new Map(files.map(one => [one.path, one.imports]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, way: string[]) => {
    const at = way.indexOf(path)
    if (at >= 0) return void found.push(`import loop: ${[...way.slice(at), path].join(' -> ')}`)
    if (done.has(path)) return
    for (const next of imports.get(path) ?? []) visit(next, [...way, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  return found
}

function tooLarge(files: SourceFile[]): string[] {
  return [
    ...files
      .filter(one => one.lines > LIMITS.linesInFile)
      .map(one => `${one.path} has ${one.lines} lines, more than ${LIMITS.linesInFile}`),
    ...files.flatMap(({ path, functions }) =>
      functions
        .filter(one => one.lines > LIMITS.linesInFunction)
        .map(one => `${path}: ${one.name} has ${one.lines} lines, more than ${LIMITS.linesInFunction}`),
    ),
    ...crowdedFolders(files),
    ...longFunctions(files),
    ...largeRooms(files),
  ]
}

function crowdedFolders(files: SourceFile[]): string[] {
  return [...Map.groupBy(files, one => dirname(one.path))]
    .filter(([, inside]) => inside.length > LIMITS.filesInFolder)
    .map(([folder, inside]) => `${folder}/ holds ${inside.length} files, more than ${LIMITS.filesInFolder}`)
}

function longFunctions(files: SourceFile[]): string[] {
  const sizes = files.flatMap(one => one.functions.map(two => two.lines)).sort((a, b) => a - b)
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0
  return median > LIMITS.medianFunction
    ? [`the median function has ${median} lines, more than ${LIMITS.medianFunction}`]
    : []
}

function largeRooms(files: SourceFile[]): string[] {
  const linesOf = (some: SourceFile[]) => some.reduce((sum, one) => sum + one.lines, 0)
  const most = linesOf(files) * LIMITS.roomShare
  return [...Map.groupBy(files, one => roomOf(one.path))]
    .map(([room, inside]) => ({ room, lines: linesOf(inside) }))
    .filter(one => one.lines > most)
    .map(({ room, lines }) => `${room}/ has ${lines} lines, more than ${LIMITS.roomShare * 100} % of src`)
}

/** One word, one thing. Programs of their own have their own words. */
function sameNames(files: SourceFile[]): string[] {
  const named = files.flatMap(({ path, types }) => types.map(name => ({ name, path })))
  return [
    ...Map.groupBy(named, ({ name, path }) => `${PROGRAMS[roomOf(path)] ? roomOf(path) : 'src'} ${name}`),
  ]
    .filter(([, places]) => places.length > 1)
    .map(([, places]) => `${places[0]?.name} is exported by ${places.map(one => one.path).join(' and ')}`)
}
