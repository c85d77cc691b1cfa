import type { Catalog } from '../../catalog/load.ts'
import type { Reporter } from '../document/problems.ts'
import type { CustomerInput, DocumentInput } from '../document/schema/document.ts'
import type { Project } from '../project.ts'

/** The input of every part of the resolution. */
export interface ResolveContext {
  file: string
  catalog: Catalog
  document: DocumentInput
  /** From --runtime, the file, or what a person prefers. */
  runtime: Project['runtime'] | undefined
  reporter: Reporter
  /** This is the only access to the disk; the rest is pure. */
  readFile(path: string): FileReading
}

/** A file's content, or why it cannot be read. */
export type FileReading = { content: Buffer } | { fault: string }

/** Settings of the customer, with the file's defaults for those it leaves out. */
export type Inherited = Pick<CustomerInput, keyof NonNullable<DocumentInput['defaults']>>
