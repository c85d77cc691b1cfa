import { expect, it } from 'vitest'
import { startWorld } from '../../src/stack/demo-world.ts'
import { closing } from '../helpers/closing.ts'
import { startDemoWorld } from '../helpers/demo-world.ts'
import { newFolder } from '../helpers/folder.ts'

it('the demo does not take the simulated systems of another checkout for its own', async () => {
  // Fails if somebody runs the demo at the same time, who then holds the port just as well.
  await startDemoWorld({ port: 18_093 }).then(closing, () => {})
  await expect(startWorld({ folder: newFolder() }, new AbortController().signal)).rejects.toMatchObject({
    message: 'demo systems: another program holds port 18093 on 127.0.0.1',
    hint: expect.stringContaining('stop that program'),
  })
})
