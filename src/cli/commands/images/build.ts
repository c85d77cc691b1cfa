import { EXIT, SupportError } from '../../../base/errors.ts'
import { loadCatalog } from '../../../catalog/load.ts'
import { ownImage } from '../../../catalog/own-image.ts'
import type { Run } from '../../context.ts'
import { typesOption } from '../../options.ts'

export const run: Run = async ({ print, open, signal }, _args, options) => {
  const { project, stack } = await open()
  const types = typesOption(options)
  const programs = [...loadCatalog().values()].flatMap(type =>
    'build' in type.image && (types?.includes(type.type) ?? true) ? [type.image.build] : [],
  )
  if (programs.length === 0)
    throw new SupportError('usage', 'none of these types has an image of ours to build', {
      hint: 'supportmax types',
    })
  const docker = await stack.runtimes.choose('docker', signal)
  if (!docker.buildImage) throw new SupportError('missing', 'only Docker builds images')
  const results = []
  for (const program of programs) {
    const image = ownImage(program, project.build)
    const obstacle = await docker.buildImage(program, { refresh: true, progress: print.note, signal })
    results.push({ program, image, ok: obstacle === undefined, reason: obstacle?.reason ?? null })
    if (print.mode === 'json') continue
    if (obstacle) print.error(`${obstacle.reason}\n  ${obstacle.hint}`)
    else print.result(image)
  }
  if (print.mode === 'json') print.json(results)
  return results.every(one => one.ok) ? EXIT.ok : EXIT.failed
}
