import { EXIT, SupportError } from '../../../base/errors.ts'
import { loadCatalog } from '../../../catalog/load.ts'
import { ownImage } from '../../../catalog/own-image.ts'
import type { Run } from '../../context.ts'
import { errorText } from '../../error-text.ts'
import { typesOption } from '../../options.ts'

export const run: Run = async ({ print, open, signal }, _args, options) => {
  const { project, stack } = await open()
  const types = typesOption(options, project.file)
  const own = [...loadCatalog(project.file).values()].flatMap(({ type, image }) =>
    'build' in image ? [{ type, program: image.build }] : [],
  )
  const programs = own.filter(one => types?.includes(one.type) ?? true).map(one => one.program)
  if (programs.length === 0)
    throw new SupportError('usage', `--type: no image to build for ${types?.join(', ')}`, {
      hint: `use one of: ${own.map(one => one.type).join(', ')}`,
    })
  const docker = await stack.runtimes.choose({ wanted: 'docker', signal })
  if (!docker.buildImage) throw new SupportError('missing', 'images can only be built with Docker')
  const results = []
  for (const program of programs) {
    const image = ownImage(program, project.build)
    const obstacle = await docker.buildImage(program, { refresh: true, progress: print.note, signal })
    results.push({ program, image, ok: obstacle === undefined, reason: obstacle?.reason ?? null })
    if (print.mode === 'json') continue
    if (obstacle) print.error(errorText({ message: obstacle.reason, hint: obstacle.hint }, print.noteLayout))
    else print.result(image)
  }
  if (print.mode === 'json') print.json(results)
  return results.every(one => one.ok) ? EXIT.ok : EXIT.failed
}
