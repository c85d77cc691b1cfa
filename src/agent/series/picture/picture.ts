// Writes curves as pictures, by packages that are loaded only here: they are large, and few people need them. The one for
// PNG is native, so it may be missing.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SupportError } from '../../../base/errors.ts'
import { packageRoot } from '../../../base/package-root.ts'
import type { Chart } from '../chart.ts'
import { FONT, type PictureWords, pictureSpec } from './spec.ts'

export async function svgOf(chart: Chart, words: PictureWords): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const view = new View(parse(compile(pictureSpec(chart, words)).spec), {
    renderer: 'none',
    loader: NO_LOADER,
  })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

/** Twice as large as the SVG, for sharp letters. Throws a SupportError if the package is missing. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await rasterizer()
  const font = { fontFiles: [fontFile()], loadSystemFonts: false, defaultFontFamily: FONT }
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 } }).render().asPng()
}

/** A picture is made of what is there: nothing is fetched for it. */
const refuse = () => Promise.reject(new Error('a picture loads nothing'))
const NO_LOADER = { load: refuse, sanitize: refuse, http: refuse, file: refuse }

async function rasterizer() {
  try {
    return await import('@resvg/resvg-js')
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test(String((error as NodeJS.ErrnoException).code))) throw error
    throw new SupportError('usage', 'a PNG needs a package that is not installed: @resvg/resvg-js', {
      hint: `name a file that ends in .svg, or run \`npm install @resvg/resvg-js\` in ${packageRoot()}`,
      cause: error,
    })
  }
}

/** Shipped, because a container may have no fonts. In a checkout, it is that of the package. */
function fontFile(): string {
  const name = 'DejaVuSans.ttf'
  const shipped = join(packageRoot(), 'dist', 'fonts', name)
  return existsSync(shipped) ? shipped : join(packageRoot(), 'node_modules', 'dejavu-fonts-ttf', 'ttf', name)
}
