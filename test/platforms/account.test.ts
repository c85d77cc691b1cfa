import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { meansPrint } from '../../src/platforms/account.ts'
import { newFolder } from '../helpers/folder.ts'
import { aPlatform } from '../helpers/platforms.ts'

const SECRETS: Record<string, string> = { P_KEY: 'sk-first', ROUTE: 'route-first' }
const withHeader = aPlatform('p', { headers: { 'x-route': 'to ${ROUTE}' } })

const print = (platform = withHeader, secrets = SECRETS) => meansPrint(platform, name => secrets[name], {})

it('what a platform is asked with changes with its key and with the credentials in its headers', () => {
  const prints = [SECRETS, { ...SECRETS, P_KEY: 'sk-other' }, { ...SECRETS, ROUTE: 'route-other' }, {}]
  expect(new Set(prints.map(secrets => print(withHeader, secrets))).size).toBe(4)
  expect(print()).toBe(print())
})

it('and with what is in the credentials file of Vertex AI', () => {
  const credentialsFile = join(newFolder(), 'key.json')
  const vertex = aPlatform('v', {
    kind: 'google_vertex',
    vertex: { projectId: 'p', location: 'global', credentialsFile },
  })
  const prints = ['{"private_key": "one"}', '{"private_key": "another"}'].map(content => {
    writeFileSync(credentialsFile, content)
    return print(vertex)
  })
  expect(new Set(prints).size).toBe(2)
})

it('but none of it can be read in it', () => {
  expect(print()).toMatch(/^[0-9a-f]{16}$/)
})
