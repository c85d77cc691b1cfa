import { describe, expect, it } from 'vitest'
import { isSameImage } from '../../src/stack/up/image-name.ts'

const DIGEST = `sha256:${'0'.repeat(64)}`

describe('two names of an image', () => {
  it.each([
    ['x', 'docker.io/library/x:latest'],
    ['x', 'docker.io/x'],
    ['x:latest', 'index.docker.io/library/x'],
    ['x:1.2', 'docker.io/library/x:1.2'],
    ['grafana/mcp-grafana:2.1.1', 'docker.io/grafana/mcp-grafana:2.1.1'],
    ['supportmax/alertmanager:0a1b', 'localhost/supportmax/alertmanager:0a1b'],
    ['supportmax-alertmanager:0a1b', 'localhost/supportmax-alertmanager:0a1b'],
    ['mirror.example:5000/x', 'mirror.example:5000/x:latest'],
    ['mirror.example/library/x:1', 'mirror.example/library/x:1'],
    ['localhost:5000/x', 'localhost:5000/x:latest'],
    [`x:1@${DIGEST}`, `docker.io/library/x@${DIGEST}`],
  ])('%s and %s mean the same', (one, other) => {
    expect([isSameImage(one, other), isSameImage(other, one)]).toEqual([true, true])
  })

  it.each([
    ['x:1', 'x:2'],
    ['x', 'x:1'],
    ['x', 'y'],
    ['library/x', 'other/x'],
    ['grafana/x', 'mirror.example/grafana/x'],
    ['mirror.example/x', 'mirror.example/library/x'],
    ['mirror.example:5000/x', 'mirror.example/x'],
    [`x@${DIGEST}`, `x@${DIGEST.replace('0', '1')}`],
    [`x@${DIGEST}`, 'x:latest'],
    [DIGEST, 'x'],
  ])('%s and %s do not', (one, other) => {
    expect([isSameImage(one, other), isSameImage(other, one)]).toEqual([false, false])
  })
})
