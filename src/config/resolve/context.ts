import type { Catalog } from '../../catalog/load.ts'
import type { Reporter } from '../document/problems.ts'
import type { CustomerInput, DocumentInput } from '../document/schema.ts'
import type { Project } from '../project.ts'

/** What every part of the resolution sees. */
export interface ResolveContext {
  file: string
  catalog: Catalog
  document: DocumentInput
  /** The runtime to be used, where a flag said so. */
  runtime: Project['runtime'] | undefined
  reporter: Reporter
}

/** What the defaults and the customer say together. */
export type Inherited = Pick<CustomerInput, keyof NonNullable<DocumentInput['defaults']>>
