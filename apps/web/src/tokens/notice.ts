/** `lost`: a failover undid what the reader saw. `behind`: this node does not have it, and no primary answers. */
export type Notice = 'lost' | 'behind'

const texts: Record<Notice, string> = {
  lost: 'Something that you saw or changed here was undone when another machine took over. Please look whether it is still there.',
  behind: 'This page may be older than what you saw before: the machine that has the newest version cannot be reached.',
}

/** Puts a notice for one reader at the beginning of a page's content. */
export function insertNotice(html: string, notice: Notice): string {
  return html.replace(/<main\b/, `<p class="banner" role="status">${texts[notice]}</p>$&`)
}
