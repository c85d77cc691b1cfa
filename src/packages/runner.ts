// `npx …` and `uvx …` name a package: what they would install at each start is installed once instead.

import { EXAMPLE, npmPackage, type PackageFault, type PackageSpec, pypiPackage } from './spec.ts'

export interface RunnerCall {
  spec: PackageSpec
  bin: string | undefined
  /** Arguments of the package's program. */
  args: string[]
}

interface Runner {
  /** Options that change nothing about which package is run. */
  ignored: readonly string[]
  /** Options whose value is the package; the first other word is then its program. */
  packageFlags: readonly string[]
  parse(text: string): PackageSpec | PackageFault
}

// https://docs.npmjs.com/cli/v11/commands/npx
const NPX: Runner = {
  ignored: ['-y', '--yes', '-q', '--quiet', '--prefer-online', '--prefer-offline'],
  packageFlags: ['-p', '--package'],
  parse: npmPackage,
}

// https://docs.astral.sh/uv/reference/cli/#uv-tool-run
const UVX: Runner = {
  ignored: ['-q', '--quiet', '--isolated', '--no-progress', '--refresh', '--offline'],
  packageFlags: ['--from'],
  parse: pypiPackage,
}

/** The runner that a command names, and how many of its arguments belong to that name; undefined for other commands. */
function runnerOf(command: string, args: readonly string[]): { runner: Runner; words: number } | undefined {
  const name = command.replace(/^.*[/\\]/, '').replace(/\.(cmd|exe)$/i, '')
  if (name === 'npx') return { runner: NPX, words: 0 }
  if (name === 'uvx') return { runner: UVX, words: 0 }
  if (name === 'npm' && ['exec', 'x'].includes(args[0] ?? '')) return { runner: NPX, words: 1 }
  if (name === 'uv' && args[0] === 'tool' && args[1] === 'run') return { runner: UVX, words: 2 }
  return undefined
}

/** Whether this command runs a package of a registry. */
export function isRunner(command: string, args: readonly string[] = []): boolean {
  return runnerOf(command, args) !== undefined
}

/** The package that such a command runs, or what is wrong with it; undefined for other commands. */
export function readRunner(command: string, args: readonly string[]): RunnerCall | PackageFault | undefined {
  const found = runnerOf(command, args)
  if (!found) return undefined
  const rest = args.slice(found.words)
  const named: string[] = []
  while (rest[0]?.startsWith('-')) {
    const [flag = '', value] = partsOf(rest.shift() ?? '')
    if (flag === '--') break
    if (found.runner.packageFlags.includes(flag)) named.push(value ?? rest.shift() ?? '')
    else if (!found.runner.ignored.includes(flag)) return unknownFlag(flag, command)
  }
  if (named.length > 1)
    return {
      message: `${command} names ${named.length} packages`,
      hint: 'use "package", with the one that has the server',
    }
  const word = rest.shift()
  const text = named[0] ?? word
  if (text === undefined || text === '')
    return { message: `${command} names no package`, hint: 'add the name of the package to "args"' }
  const spec = found.runner.parse(text)
  if ('message' in spec)
    return spec.hint === EXAMPLE
      ? { ...spec, hint: 'name a package of the registry, or use a "command" that is installed here' }
      : spec
  return { spec, bin: named.length > 0 ? word : undefined, args: rest }
}

/** `--flag=value`. */
function partsOf(word: string): [string, string | undefined] {
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? []
  return flag === undefined ? [word, undefined] : [flag, value]
}

function unknownFlag(flag: string, command: string): PackageFault {
  return {
    message: `${command} has the option ${flag}, which is not supported here`,
    hint: 'remove it, or name the package in "package" and its arguments in "args"',
  }
}
