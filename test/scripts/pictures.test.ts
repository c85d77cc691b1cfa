import { expect, it } from 'vitest'
import { drawn } from '../../scripts/pictures/draw.ts'
import { SCENES } from '../../scripts/pictures/scenes.ts'
import { openStage } from '../../scripts/pictures/stage.ts'

/** The words of a picture, row by row. */
function wordsOf(svg: string): string {
  return svg.replace(/<\/text>/g, ' ').replace(/<[^>]*>/g, '')
}

it('a picture shows the real chat, nothing of this machine, and frames without gaps', async () => {
  const scene = SCENES.find(({ name }) => name === 'approval')
  if (!scene) throw new Error('no scene')
  const stage = await openStage()
  try {
    const svg = await drawn(stage, scene, 'dark')
    expect(wordsOf(svg)).toMatch(/Allow this on.*Nordwind Energie.*PROD.*would mute 2 alerts now/s)
    expect(svg).not.toMatch(/┃|━|\/tmp\/|\/home\//)
    const left = [...svg.matchAll(/<rect x="19\.\d+" y="([\d.]+)" width="2\.40" height="([\d.]+)"/g)]
    const ends = left.map(([, y, height]) => [Number(y), Number(y) + Number(height)] as const)
    for (const [i, [, end]] of ends.entries())
      if (i < ends.length - 1) expect(ends[i + 1]?.[0]).toBeLessThanOrEqual(end)
    expect(ends.length).toBeGreaterThan(10)
  } finally {
    await stage.close()
  }
}, 60_000)
