import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { bytesIfThere, fileFault, readIfThere } from '../base/files.ts'
import { type Catalog, loadCatalog } from '../catalog/load.ts'
import { TypeFault } from '../catalog/read.ts'
import { checkShape } from './document/check.ts'
import { LARGEST_CONFIG, parseDocument } from './document/parse.ts'
import { fileProblem, inFileOrder, type Problem, problemText } from './document/problems.ts'
import { inOlderForm, migrated, OLDER_FILE } from './older/grafana-servers.ts'
import type { Project } from './project.ts'
import type { FileReading } from './resolve/context.ts'
import { resolveProject } from './resolve/project.ts'

export interface ProjectReading {
  /** Undefined when there are errors. */
  project: Project | undefined
  errors: Problem[]
  warnings: Problem[]
  /** Warnings for `config validate` alone. */
  advice: Problem[]
  /** Where credentials are read from, absolute. */
  credentialsFile: string
}

export interface LoadOptions {
  runtime?: Project['runtime'] | undefined
  /** Where neither that nor the file names one. */
  preferred?: Project['runtime'] | undefined
}

/** Reads and checks one configuration file. Returns all errors at once, each with its location. */
export function readProject(file: string, options: LoadOptions = {}): ProjectReading {
  const shown = configFileOf(file)
  const path = resolve(shown)
  const source = readSource(path)
  if (typeof source === 'string') return interpretProject(shown, source, options)
  return {
    project: undefined,
    errors: [fileProblem(file, source.message, source.hint)],
    warnings: [],
    advice: [],
    credentialsFile: credentialsFileOf(path, undefined),
  }
}

/** The file that is read: grafana_servers.json, the older one, where there is no mcp_servers.json. */
export function configFileOf(file: string): string {
  const older = join(dirname(file), OLDER_FILE)
  return basename(file) === 'mcp_servers.json' && !existsSync(file) && existsSync(older) ? older : file
}

/** Checks text that has been read already; `file` need not exist. */
export function interpretProject(file: string, source: string, options: LoadOptions = {}): ProjectReading {
  const path = resolve(file)
  const { value, findings } = parseDocument(file, source)
  const older = migrated(value)
  const reporter = older ? inOlderForm(findings) : findings
  for (const { server, key, message } of older?.notes ?? [])
    findings.warn(['servers', server, key], message, 'run `supportmax config migrate`, and correct it there')
  const document = value === undefined ? undefined : checkShape(older?.document ?? value, reporter)
  const catalog = catalogFor(path)
  if (catalog instanceof TypeFault)
    return {
      project: undefined,
      errors: [fileProblem(catalog.parts.file, catalog.parts.fault, catalog.parts.hint)],
      warnings: [],
      advice: [],
      credentialsFile: credentialsFileOf(path, document?.credentials_file),
    }
  const project = document
    ? resolveProject({
        file: path,
        catalog,
        document,
        runtime: options.runtime ?? document.runtime ?? options.preferred,
        reporter,
        readFile,
      })
    : undefined
  return {
    project: findings.errors.length > 0 ? undefined : project,
    errors: inFileOrder(findings.errors),
    warnings: inFileOrder(findings.warnings),
    advice: inFileOrder(findings.advice),
    credentialsFile: credentialsFileOf(path, document?.credentials_file),
  }
}

/** The types that this file can use, or what is wrong with one of its own. */
function catalogFor(path: string): Catalog | TypeFault {
  try {
    return loadCatalog(path)
  } catch (error) {
    if (error instanceof TypeFault) return error
    throw error
  }
}

/** The Project, or a usage error that lists every problem. */
export function loadProject(file: string, options: LoadOptions = {}): ProjectReading & { project: Project } {
  const reading = readProject(file, options)
  if (reading.project) return { ...reading, project: reading.project }
  const [only] = reading.errors
  if (only && reading.errors.length === 1) {
    throw new SupportError('usage', problemText({ ...only, hint: undefined }), { hint: only.hint })
  }
  throw new SupportError('usage', reading.errors.map(problemText).join('\n'))
}

/** Absolute; a relative name belongs to the folder of the configuration. */
function credentialsFileOf(path: string, name: string | undefined): string {
  return resolve(dirname(path), name ?? 'mcp_credentials.env')
}

/** In bytes; all CAs of a system are half a megabyte. */
const LARGEST_REFERRED = 5 * 1_048_576

function readFile(path: string): FileReading {
  try {
    const content = bytesIfThere(path, LARGEST_REFERRED)
    return content ? { content } : { fault: 'file not found' }
  } catch (error) {
    return { fault: `cannot be read (${fileFault((error as Error).cause)})` }
  }
}

function readSource(path: string): string | { message: string; hint: string } {
  try {
    const missing = {
      message: 'file not found',
      hint: 'run `supportmax init` to write a first configuration, or use `--config FILE`',
    }
    return readIfThere(path, LARGEST_CONFIG) ?? missing
  } catch (error) {
    const message = `cannot be read (${fileFault((error as Error).cause)})`
    return { message, hint: 'use `--config FOLDER/mcp_servers.json`, or fix its path or permissions' }
  }
}
