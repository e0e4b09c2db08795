const special = /[&<>"']/

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for HTML that is put together by hand, between tags and in quoted attributes: where JSX takes too long. */
export function escapeHtml(text: string): string {
  return special.test(text) ? text.replace(/[&<>"']/g, (character) => escapes[character]!) : text
}
