import { SupportError } from './errors.ts'

/**
 * Refuses a file that a newer supportmax wrote: reading it as ours could lose what it added. A file without a format is
 * older than formats and passes.
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
