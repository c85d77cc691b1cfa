import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { yamlMap } from '../../../src/exporters/compose/yaml.ts'

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
  it('any character comes back as it was, in a value, a list and a key', () => {
    for (const text of ODD) {
      const map = { value: text, list: [text], [text]: 1 }
      expect(parse(yamlMap(map, 0).join('\n')), JSON.stringify(text)).toEqual(map)
    }
  })

  it('holds nothing but printable characters', () => {
    const lines = yamlMap({ list: ODD, '🎉 ä': '漢字', half: '\ud800x' }, 0)
    for (const line of lines) expect(line).toMatch(/^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd🎉]*$/u)
    expect(parse(lines.join('\n'))).toMatchObject({ '🎉 ä': '漢字', half: '\ufffdx' })
  })

  it.skipIf(!hasCompose())('docker compose reads it, and as it was meant', () => {
    const environment = Object.fromEntries([...ODD, '\udc00x'].map((text, i) => [`N${i}`, text]))
    const file = join(mkdtempSync(join(tmpdir(), 'supportmax-yaml-')), 'c.yml')
    writeFileSync(file, yamlMap({ name: 'a', services: { a: { image: 'x', environment } } }, 0).join('\n'))
    const asItStands = ['config', '--no-interpolate', '--format', 'json']
    const shown = execFileSync('docker', ['compose', '-f', file, ...asItStands], { encoding: 'utf8' })
    const read = (JSON.parse(shown) as { services: { a: { environment: object } } }).services.a.environment
    expect(read).toEqual({ ...environment, [`N${ODD.length}`]: '\ufffdx' })
  })
})
