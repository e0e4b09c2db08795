/** The last of some times in ISO 8601 and UTC, which sort as text; undefined where none is known. */
export function latest(times: readonly (string | null | undefined)[]): string | undefined {
  return times.reduce<string | undefined>((newest, time) => (time && time > (newest ?? '') ? time : newest), undefined)
}

/** As RSS writes times: RFC 822 with four-digit years. */
export function toRfc822(time: string): string {
  return new Date(time).toUTCString()
}
