import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
import type { Project } from '../../src/config/project.ts'

/** Text of one file under test/fixtures. */
export function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), 'utf8')
}

/** A valid document as a Project; a fault in it is an error of the test. */
export function projectOf(document: unknown, file = '/somewhere/acme/mcp_servers.json'): Project {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const { project, errors } = interpretProject(file, text)
  if (!project) throw new Error(errors.map(problemText).join('\n'))
  return project
}

/** The errors of a document, one line each. */
export function errorsOf(document: unknown): string[] {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return interpretProject('f.json', text).errors.map(problemText)
}

/** A customer with an Alertmanager, for tests that need just any. */
export function anyCustomer(name: string, more: object = {}): object {
  const config = { alertmanager_url: `http://alertmanager.example:9093` }
  return { name, mcp_servers: [{ type: 'alertmanager', config }], ...more }
}
