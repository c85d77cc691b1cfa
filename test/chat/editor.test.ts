import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { editedIn, editorIn } from '../../src/chat/terminal/editor.ts'
import { newFolder } from '../helpers/folder.ts'
import { until } from '../helpers/until.ts'

it('what a chat that was killed had in the editor is removed by the next chat, and what a running one has stays', async () => {
  const folder = newFolder()
  const left = join(folder, 'supportmax-edit-4194305-123-abc')
  mkdirSync(left)
  writeFileSync(join(left, 'question.md'), 'a secret')
  mkdirSync(join(folder, 'supportmax-other'))
  // An editor that waits until it is told to end.
  const script = join(newFolder(), 'editor')
  const go = `${script}.go`
  writeFileSync(script, `#!/bin/sh\nwhile [ ! -e ${go} ]; do sleep 0.05; done\n`, { mode: 0o700 })
  const editing = editedIn(
    editorIn({ XDG_RUNTIME_DIR: folder, PATH: process.env.PATH, EDITOR: script }),
    'mine',
  )
  const own = () => readdirSync(folder).filter(name => name.startsWith('supportmax-edit-'))
  await until('the file', () => own().length === 1)
  editorIn({ XDG_RUNTIME_DIR: folder })
  expect(own()).toHaveLength(1)
  const [name = ''] = own()
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, name, 'question.md')).mode & 0o777).toBe(0o600)
  writeFileSync(go, '')
  expect(await editing).toBe('mine')
  expect(readdirSync(folder)).toEqual(['supportmax-other'])
})

it('a runtime folder that is gone, as in a tmux after the session, does not keep the editor from opening', async () => {
  const script = join(newFolder(), 'editor')
  writeFileSync(script, '#!/bin/sh\nprintf edited > "$1"\n', { mode: 0o700 })
  const variables = { PATH: process.env.PATH, EDITOR: script }
  const gone = join(newFolder(), 'gone')
  expect(await editedIn(editorIn({ ...variables, XDG_RUNTIME_DIR: gone }), 'mine')).toBe('edited')
})
