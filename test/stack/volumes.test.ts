import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { engineSocket } from '../../src/runtimes/engine-address.ts'
import { volumeObstacle } from '../../src/stack/up/before/volumes.ts'
import { newFolder } from '../helpers/folder.ts'
import { projectOf } from '../helpers/projects.ts'

it('a volume shows nothing of the engine, of a platform, or of another customer, wherever they are kept', () => {
  const folder = newFolder()
  for (const name of ['engine', 'beta', 'google', 'acme', 'state', 'data']) mkdirSync(join(folder, name))
  for (const name of ['engine/docker.sock', 'beta/key.pem', 'google/vertex.json', 'acme/key.pem'])
    writeFileSync(join(folder, name), '')
  symlinkSync(join(folder, 'beta'), join(folder, 'data', 'link'))
  const project = projectOf({
    customers: [
      { name: 'Acme', mcp_servers: [{ name: 'x', image: 'acme/x', transport: 'stdio' }] },
      { name: 'Beta', mcp_servers: [{ name: 'y', url: 'https://y.example/mcp' }] },
    ],
    platforms: { google_vertex: { project_id: 'p' } },
  })
  const [acme, beta] = project.customers.map(one => one.servers[0])
  const [vertex] = project.platforms
  if (!acme || !beta || !vertex?.vertex) throw new Error('the project is not what it should be')
  acme.clientCertificate = { certFile: '', keyFile: join(folder, 'acme', 'key.pem') }
  beta.clientCertificate = { certFile: '', keyFile: join(folder, 'beta', 'key.pem') }
  vertex.vertex.credentialsFile = join(folder, 'google', 'vertex.json')
  const stack = {
    project,
    credentials: { file: join(folder, 'mcp_credentials.env'), get: () => undefined },
    state: { folder: join(folder, 'state', 'x') },
    engineSocket: () => engineSocket({ DOCKER_HOST: `unix://${folder}/engine/docker.sock` }),
  } as unknown as Parameters<typeof volumeObstacle>[0]
  const reasonFor = (source: string) =>
    volumeObstacle(stack, { ...acme, volumes: [{ source: join(folder, source), target: '/data' }] })?.reason
  for (const [source, secret] of [
    ['engine', 'engine/docker.sock'],
    ['data/link', 'beta/key.pem'],
    ['google', 'google/vertex.json'],
  ])
    expect(reasonFor(source as string)).toContain(
      `would expose ${join(folder, secret as string)}, which no server`,
    )
  expect([reasonFor('acme'), reasonFor('data')]).toEqual([undefined, undefined])
})
