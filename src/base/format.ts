import { SupportError } from './errors.ts'

/**
 * Throws `failed` for a file that a newer supportmax wrote: reading it could lose the parts that this program does not
 * know. A file without a format is older than all formats and is accepted.
 *
 * @param known the newest format that this program can read
 */
export function refuseNewerFormat(file: string, format: unknown, known: number): void {
  if (typeof format !== 'number' || format <= known) return
  throw new SupportError(
    'failed',
    `${file}: written by a newer supportmax (format ${format}; this one reads up to ${known})`,
    { hint: 'upgrade supportmax, or move the file away' },
  )
}
