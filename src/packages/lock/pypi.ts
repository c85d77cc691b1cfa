// https://pip.pypa.io/en/stable/reference/requirements-file-format/, of which only pinned packages with hashes are used.

import { normalName, type PackageSpec } from '../spec.ts'
import type { PackageLock } from './contents.ts'

/** What uv is asked to lock. */
export function pypiInput({ name, extras, version }: PackageSpec): string {
  const whole = extras.length > 0 ? `${name}[${extras.join(',')}]` : name
  return `${whole}${version === undefined ? '' : `==${version}`}\n`
}

/** The first line of a lock; the rest is uv's. */
export function pypiHead(spec: PackageSpec, python: string): string {
  return `# ${pypiInput(spec).trim()} for Python >= ${python}\n`
}

const HEAD = /^# (\S+) for Python >= (\d+\.\d+(?:,<\d+\.\d+)?)$/

/** Throws an Error whose message says what is wrong. */
export function readPypiLock(spec: PackageSpec, text: string): PackageLock {
  // uv ends lines at some of them.
  if (/[^\n\t\P{Cc}]/u.test(text)) throw new Error('has a control character')
  const [head = '', ...lines] = text.split('\n')
  const [, input, python] = HEAD.exec(head.trim()) ?? []
  if (input !== pypiInput(spec).trim())
    throw new Error(`is not the lock of ${spec.name} ${spec.version ?? 'without a version'}`)
  const requirements = joined(lines).map(pinned)
  const own = requirements.find(one => one.name === spec.name)
  if (!own) throw new Error(`does not contain ${spec.name}`)
  if (spec.version !== undefined && own.version !== spec.version)
    throw new Error(`has ${spec.name} ${own.version}, not ${spec.version}`)
  return {
    text,
    version: own.version,
    packages: requirements.length,
    programs: undefined,
    elsewhere: [],
    scripts: [],
    names: [...new Set(requirements.map(({ name }) => name))],
    python,
  }
}

/** Without comments, and each requirement on one line. */
function joined(lines: readonly string[]): string[] {
  return lines
    .filter(line => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter(line => line.trim() !== '')
}

/** What uv writes after a version: the systems that it is for, and hashes. */
const REST = /^(;(?:(?!\s-)[\w\s.'"<>=!~()+*-])*?)?(\s*--hash=sha(256|384|512):[0-9a-f]+)+$/

/** An option, such as another index, or a URL would change where packages come from. */
function pinned(line: string): { name: string; version: string } {
  const [, name, version, rest = ''] =
    /^([A-Za-z0-9][\w.-]*)(?:\[[\w.,\s-]*\])?==([\w.!+-]+)\s*(.*)$/s.exec(line.trim()) ?? []
  const first = line.trim().split(/\s/, 1)[0] ?? ''
  if (name === undefined || version === undefined) throw new Error(`has "${first}", which pins no version`)
  if (!/--hash=sha(256|384|512):[0-9a-f]+/.test(rest)) throw new Error(`has no hash for ${name}`)
  if (!REST.test(rest.trim())) throw new Error(`has more than a version and hashes for ${name}`)
  return { name: normalName(name), version }
}
