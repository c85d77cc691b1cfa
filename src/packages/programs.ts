import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { VENV } from './install.ts'
import type { PackageLock } from './lock/contents.ts'
import { normalName, type PackageFault, type PackageSource } from './spec.ts'

/** The program of a package to start, out of all that it has, or why none can be chosen. */
export function chooseProgram(
  { name, bin }: { name: string; bin: string | undefined },
  programs: readonly string[],
): string | PackageFault {
  const own = name.replace(/^@[^/]+\//, '')
  const choice = `set "bin" to one of: ${programs.toSorted().join(', ')}`
  if (programs.length === 0)
    return { message: `${name} has no program to start`, hint: 'name the package that has the server' }
  if (bin !== undefined)
    return programs.includes(bin) ? bin : { message: `${name} has no program "${bin}"`, hint: choice }
  const [only] = programs
  if (only !== undefined && programs.length === 1) return only
  if (programs.includes(own)) return own
  return { message: `${name} has ${programs.length} programs, and none has its name`, hint: choice }
}

/** The file of an npm package to start, relative to the folder with node_modules, or why none can be chosen. */
export function npmProgram(
  source: PackageSource,
  { programs = {} }: PackageLock,
): { file: string } | PackageFault {
  const chosen = chooseProgram(source, Object.keys(programs))
  if (typeof chosen !== 'string') return chosen
  return { file: join('node_modules', source.name, programs[chosen] ?? '') }
}

/** The command that starts an installed package; `place` is its folder. */
export function installedCommand(
  source: PackageSource,
  lock: PackageLock,
  place: string,
): string[] | PackageFault {
  if (source.registry === 'npm') {
    const program = npmProgram(source, lock)
    if (!('file' in program)) return program
    const file = join(place, program.file)
    return isForNode(file) ? [process.execPath, file] : [file]
  }
  const chosen = chooseProgram(source, pypiPrograms(source, place))
  return typeof chosen === 'string' ? [join(place, VENV, 'bin', chosen)] : chosen
}

/** Programs that were compiled or are for another interpreter start by themselves. */
function isForNode(file: string): boolean {
  const start = Buffer.alloc(64)
  const opened = openSync(file, 'r')
  try {
    readSync(opened, start)
  } finally {
    closeSync(opened)
  }
  const [line = ''] = start.toString('latin1').split('\n', 1)
  const isCompiled = /^(\x7fELF|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(line)
  return !isCompiled && (!line.startsWith('#!') || /\bnode\b/.test(line))
}

/** Of the package itself, by the list of its files: https://packaging.python.org/en/latest/specifications/recording-installed-packages/ */
function pypiPrograms({ name }: PackageSource, place: string): string[] {
  const lib = join(place, VENV, 'lib')
  const folders = readdirSync(lib).flatMap(python => {
    const site = join(lib, python, 'site-packages')
    return readdirSync(site).map(entry => join(site, entry))
  })
  const own = folders.find(
    folder =>
      normalName(basename(folder).replace(/-[^-]*\.dist-info$/, '')) === name &&
      folder.endsWith('.dist-info'),
  )
  const record = own === undefined ? '' : readFileSync(join(own, 'RECORD'), 'utf8')
  return [...record.matchAll(/^"?(?:\.\.\/)+bin\/([^,"/]+)"?,/gm)].flatMap(([, program]) => program ?? [])
}
