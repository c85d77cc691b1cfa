import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../src/cli/commands/index.ts'
import { buildProgram } from '../src/cli/program.ts'
import { problemText } from '../src/config/document/problems.ts'
import { interpretProject } from '../src/config/load.ts'
import { LADDER } from './architecture/rules.ts'
import { PACKAGES } from './clients/programs.ts'
import {
  anchors,
  commandLines,
  configurations,
  localLinks,
  PAGES,
  pageText,
  pathsIn,
  ROOT,
} from './docs/read.ts'
import { createCertificates } from './helpers/certificates.ts'
import { placeIn, supportmax, withoutDocker } from './helpers/cli.ts'
import { newFolder } from './helpers/folder.ts'

function brokenLinks(page: string, text: string): string[] {
  return localLinks(text).filter(link => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? page : join(dirname(page), file)
    if (!existsSync(join(ROOT, target))) return true
    return anchor !== undefined && !anchors(pageText(target)).includes(anchor)
  })
}

/** Paths that do not exist; up to the first placeholder where there is one. */
function missingPaths(text: string): string[] {
  return pathsIn(text).filter(path => !existsSync(join(ROOT, path.replace(/[^/]*[<*{…].*$/, ''))))
}

/** What the command line would say, or undefined where it takes the words. */
async function refusal(words: string[]): Promise<string | undefined> {
  if (words.includes('--help') || words.includes('-h')) return refusal(words.filter(word => !/^-/.test(word)))
  const program = buildProgram(COMMANDS, async () => {})
  try {
    await program.parseAsync(['node', 'supportmax', ...words])
    return undefined
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return code === 'commander.help' ? undefined : message
  }
}

function configurationErrors(text: string): string[] {
  return configurations(text).flatMap(json => {
    const { errors } = interpretProject(join(ROOT, 'docs', 'example.json'), json)
    // Example files of certificates and accounts are not part of the documentation.
    return errors.map(problemText).filter(one => !one.includes('file not found'))
  })
}

describe.each(PAGES)('%s', page => {
  const text = pageText(page)

  it('has links that lead somewhere', () => {
    expect(brokenLinks(page, text)).toEqual([])
  })

  it('names paths that exist', () => {
    expect(missingPaths(text)).toEqual([])
  })

  it('shows pictures that exist', () => {
    const found = [...text.matchAll(/(?:src|srcset)="([^"]+\.svg)"/g)].map(([, path = '']) => path)
    for (const path of found) expect(existsSync(join(ROOT, dirname(page), path)), path).toBe(true)
  })

  it('has command lines that parse', async () => {
    for (const words of commandLines(text)) {
      const complete = words.filter(word => !/^([…[]|COMMAND$)/.test(word))
      expect(await refusal(complete), `supportmax ${words.join(' ')}`).toBeUndefined()
    }
  })

  it('has configurations that are valid', () => {
    expect(configurationErrors(text)).toEqual([])
  })
})

/** Files that the documentation shows whole, with servers. */
const wholeFiles = PAGES.flatMap(page =>
  configurations(pageText(page))
    .filter(json => /"mcp_servers": \[\s*\{/.test(json))
    .map(json => [page, json] as const),
)

it('the README and the page on configuration show whole files', () => {
  expect(wholeFiles.map(([page]) => page)).toEqual(['README.md', 'docs/configuration.md'])
})

describe.each(wholeFiles)('the file that %s shows', (_, json) => {
  const folder = newFolder()
  writeFileSync(join(folder, 'mcp_servers.json'), json)
  for (const [, name = ''] of json.matchAll(/_file": "([^"]+\.(?:json|pem))"/g))
    if (name.endsWith('.pem')) copyFileSync(createCertificates().ca, join(folder, name))
    else writeFileSync(join(folder, name), '{}')

  it.each([
    [['config', 'validate'], 'valid ('],
    [['customers'], 'NAME'],
    [['compose', 'generate', '--stdout'], 'services:'],
    [['up', '--dry-run', '--runtime', 'local'], 'missing credentials: no value for GRAFANA_TOKEN_'],
    [['status', '--json'], '"servers":['],
  ])('is taken by %j', async (words, printed) => {
    const ran = await supportmax(withoutDocker(placeIn(folder)), ...words)
    expect(`${ran.stdout}${ran.stderr}`).toContain(printed)
  })
})

it('the README shows the order of the rooms', () => {
  const [, shown = ''] = /```\n(cli →[^`]+)```/.exec(pageText('README.md')) ?? []
  expect(shown.split('→').map(room => room.trim())).toEqual(LADDER)
})

it('docs/clients.md names the versions of the clients that are run', () => {
  const text = pageText('docs/clients.md')
  const rows = text.slice(text.indexOf('## Tested clients')).matchAll(/^\| .*? \| ([\d.]+) \|/gm)
  const versions = Object.values(PACKAGES).map(name => name.slice(name.lastIndexOf('@') + 1))
  expect([...rows].map(([, version]) => version).sort()).toEqual(versions.sort())
})

describe('these checks', () => {
  it.each([
    ['a link to a page', () => brokenLinks('README.md', '[x](docs/none.md)'), ['docs/none.md']],
    ['a link to a heading', () => brokenLinks('README.md', '# A b\n[x](#a-c) [y](#a-b)'), ['#a-c', '#a-b']],
    [
      'a path',
      () => missingPaths('`src/none.ts` `src/cli/main.ts` `src/mcps/<name>/main.ts`'),
      ['src/none.ts'],
    ],
    ['a configuration', () => configurationErrors('```jsonc\n"routing": { "ordr": [] }\n```').length, 1],
  ])('find %s that is wrong', (_, look, wrong) => {
    expect(look()).toEqual(wrong)
  })

  it('find a command line that is wrong', async () => {
    const [span = [], line = []] = commandLines(
      '```sh\nsupportmax up --tpye grafana  # x\n```\n`supportmax statsu`',
    )
    expect(await refusal(span)).toContain('--tpye')
    expect(await refusal(line)).toContain('statsu')
  })
})
