import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { yamlText } from '../../../src/exporters/compose/yaml.ts'
import { newFolder } from '../../helpers/folder.ts'

/** Every code unit, around the places where YAML, JSON and JavaScript disagree about what is text. */
const ODD = [
  ...Array.from({ length: 0xa1 }, (_, code) => code),
  ...[0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xfffd, 0xfffe, 0xffff],
].map(code => `a${String.fromCharCode(code)}b`)

function hasCompose(): boolean {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('yaml', () => {
  it('preserves every character, in a value and in a list', () => {
    for (const text of ODD) {
      const map = { value: text, list: [text, `${text}\n${text}`] }
      expect(parse(yamlText(map)), JSON.stringify(text)).toEqual(map)
    }
  })

  it('contains only printable characters', () => {
    const text = yamlText({ list: ODD, '🎉 ä': '漢字', half: '\ud800x' })
    for (const line of text.split('\n'))
      expect(line).toMatch(/^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd🎉]*$/u)
    expect(parse(text)).toMatchObject({ '🎉 ä': '漢字', half: '\ufffdx' })
  })

  it.skipIf(!hasCompose())('has the intended content for docker compose', () => {
    const environment = Object.fromEntries([...ODD, '\udc00x'].map((text, i) => [`N${i}`, text]))
    const folder = newFolder()
    const file = join(folder, 'c.yml')
    writeFileSync(file, yamlText({ name: 'a', services: { a: { image: 'x', environment } } }))
    const asItStands = ['config', '--no-interpolate', '--format', 'json']
    const shown = execFileSync('docker', ['compose', '-f', file, ...asItStands], { encoding: 'utf8' })
    const read = (JSON.parse(shown) as { services: { a: { environment: object } } }).services.a.environment
    expect(read).toEqual({ ...environment, [`N${ODD.length}`]: '\ufffdx' })
  })
})
