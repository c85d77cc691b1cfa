import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { checkedTypes } from '../../scripts/build/checked-types.ts'
import { packageRoot } from '../../src/base/package-root.ts'
import { builtInTypes } from '../../src/catalog/built-in.ts'
import { filesIn, typeIn } from '../../src/catalog/read.ts'
import { newFolder } from '../helpers/folder.ts'

const root = packageRoot()

/** What dist/ has in place of src/catalog/built-in.ts: one literal of JSON, in whichever quotes. */
function builtProgramTypes(): unknown {
  const folder = join(root, 'dist', 'chunks')
  const literal = /(['"`])\[\{\\?"type\\?":(?:\\[\s\S]|(?!\1)[^\\])*\1/g
  const found = readdirSync(folder).flatMap(name =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(literal)].map(([text]) => text),
  )
  expect(found).toHaveLength(1)
  return JSON.parse(runInNewContext(found[0] ?? ''))
}

it('the built program knows exactly the types under templates/mcp-types', () => {
  const types = builtInTypes()
  const names = readdirSync(join(root, 'templates', 'mcp-types')).map(name => name.replace(/\.json$/, ''))
  expect(types.map(one => one.type).sort()).toEqual(names.sort())
  expect(builtProgramTypes()).toStrictEqual(types)
})

it('a broken built-in type fails the build with the name of its file', async () => {
  const file = join(newFolder(), 'wiki.json')
  writeFileSync(file, '{ "type": "wiki" }')
  const building = build({
    entryPoints: [join(root, 'src', 'catalog', 'built-in.ts')],
    bundle: true,
    write: false,
    logLevel: 'silent',
    plugins: [checkedTypes(() => filesIn(join(file, '..')).map(typeIn))],
  })
  await expect(building).rejects.toThrow(`${file}: `)
})
