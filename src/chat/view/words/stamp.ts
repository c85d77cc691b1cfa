/** `14:05`, in local time; with its day for another one than today: `26 Nov 14:05`. */
export function stampText(at: number, now: number): string {
  const date = new Date(at)
  const time = date.toTimeString().slice(0, 5)
  const [, month, day] = date.toDateString().split(' ')
  return date.toDateString() === new Date(now).toDateString() ? time : `${Number(day)} ${month} ${time}`
}
