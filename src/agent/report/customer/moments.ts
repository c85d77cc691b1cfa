// Times as a customer reads them.

/** `27 Nov 2026, 15:03 CET (14:03 UTC)`; in UTC alone where that is local. */
export function momentFor(at: Date): string {
  const local = written(at, undefined)
  const universal = written(at, 'UTC')
  if (at.getTimezoneOffset() === 0) return universal
  const [day = ''] = universal.split(', ')
  return `${local} (${local.startsWith(`${day},`) ? universal.slice(day.length + 2) : universal})`
}

function written(at: Date, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone !== undefined && { timeZone }),
  }).format(at)
}

const UTC = /\b(?:(\d{4}-\d\d-\d\d)[ T])?(\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?(?: ?UTC|Z)(?![\w+-])(?! \()/g

/** The local time after each time in UTC. `day`: of times without a date. */
export function withLocalTimes(text: string, day: Date): string {
  return text.replace(UTC, (whole, date: string | undefined, time: string) => {
    const at = new Date(`${date ?? day.toISOString().slice(0, 10)}T${time}:00Z`)
    if (Number.isNaN(at.getTime()) || at.getTimezoneOffset() === 0) return whole
    const local = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    }).format(at)
    return `${whole} (${local})`
  })
}
