// The image of a package: its name, and what it is built from.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { packageRoot } from '../base/package-root.ts'
import { ownImageParts } from '../catalog/own-image.ts'
import { NPM_INSTALL, pypiInstallArgs, VENV } from './install.ts'
import type { PackageLock } from './lock/contents.ts'
import { NPM_LOCK, pypiLockArgs } from './lock/make.ts'
import { npmManifest } from './lock/npm.ts'
import { pypiInput } from './lock/pypi.ts'
import { readLock } from './lock/read.ts'
import { npmProgram } from './programs.ts'
import type { PackageFault, PackageSource } from './spec.ts'

/** Images from which others are built. */
export interface BaseImages {
  /** Node, for our own servers, for the bridge and for npm packages. */
  base: string
  /** Node with npm, laid out like the official images. */
  npm: string
  /** Python, for PyPI packages. */
  python: string
  /** uv, as the file /uv. */
  uv: string
  namePrefix: string
}

/**
 * The full name of the image of a package: the hash is of everything that is in it, so the same package has the same image
 * for all customers. Without a lock, a name that no image has.
 */
export function packageImage(source: PackageSource, images: BaseImages): string {
  const lock = readLock(source)
  const name = `${images.namePrefix}/${source.registry}-${source.name.replace(/^@/, '').replace('/', '-').toLowerCase()}`
  if (lock.state !== 'locked') return `${name}:not-locked`
  const parts = [
    lock.text,
    source.bin ?? '',
    source.allowScripts.toSorted(),
    recipe(source),
    basesOf(source, images),
  ]
  const hash = createHash('sha256').update(JSON.stringify([...parts, ownImageParts('bridge').program]))
  return `${name}:${hash.digest('hex').slice(0, 12)}`
}

/** The images that a build of this package begins with, by the name of the Dockerfile's argument. */
export function basesOf(
  { registry }: PackageSource,
  { base, npm, python, uv }: BaseImages,
): Record<string, string> {
  return registry === 'npm' ? { BASE: base, NPM: npm } : { BASE: base, PYTHON: python, UV: uv }
}

/** The Dockerfile, and the program that runs in it, by file name. */
function recipe({ registry }: PackageSource): Record<string, string> {
  const installer = registry === 'npm' ? 'install.mjs' : 'install.py'
  return { Dockerfile: template(`${registry}.Dockerfile`), [installer]: template(installer) }
}

function template(name: string): string {
  const path = join(packageRoot(), 'templates', 'images', name)
  const text = readIfThere(path)
  if (text !== undefined) return text
  throw new SupportError('missing', `${path} is missing`, { hint: 'reinstall supportmax' })
}

/** The files of the build of an image, by name. */
export function imageContext(
  source: PackageSource,
  lock: PackageLock,
): { files: Record<string, string> } | PackageFault {
  const common = { ...recipe(source), 'bridge.mjs': ownImageParts('bridge').program }
  if (source.registry === 'pypi') {
    const python = ['--no-project', '--python', `>=${lock.python}`]
    const plan = {
      name: source.name,
      bin: source.bin ?? null,
      venv: ['venv', ...python, VENV],
      install: pypiInstallArgs(source, lock),
    }
    return { files: { ...common, 'plan.json': JSON.stringify(plan), 'requirements.txt': lock.text } }
  }
  const program = npmProgram(source, lock)
  if (!('file' in program)) return program
  const plan = { install: NPM_INSTALL, scripts: source.allowScripts, program: program.file }
  const manifests = { 'package.json': npmManifest(source), 'package-lock.json': lock.text }
  return { files: { ...common, ...manifests, 'plan.json': JSON.stringify(plan) } }
}

/** The files of a build that makes the lock, and the name of the file that comes out. */
export function lockContext(
  source: PackageSource,
  python: string,
): { files: Record<string, string>; out: string } {
  if (source.registry === 'npm') {
    const files = { 'package.json': npmManifest(source), 'plan.json': JSON.stringify({ lock: NPM_LOCK }) }
    return { files: { ...recipe(source), ...files }, out: 'package-lock.json' }
  }
  const files = {
    'in.txt': pypiInput(source),
    'plan.json': JSON.stringify({ lock: pypiLockArgs(source, python) }),
  }
  return { files: { ...recipe(source), ...files }, out: 'out.txt' }
}
