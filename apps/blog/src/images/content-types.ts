import { extname } from 'node:path'

/**
 * The types of files that are passed on as they are. What a browser could run under the site's own address (HTML,
 * XML, scripts) is given as plain text: a link to a file must not be a way to run one.
 */
const contentTypes: Record<string, string> = {
  '.7z': 'application/x-7z-compressed',
  '.aac': 'audio/aac',
  '.avif': 'image/avif',
  '.bz2': 'application/x-bzip2',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.epub': 'application/epub+zip',
  '.flac': 'audio/flac',
  '.gif': 'image/gif',
  '.gz': 'application/gzip',
  '.ico': 'image/x-icon',
  '.ics': 'text/calendar; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.m4a': 'audio/mp4',
  '.m4v': 'video/mp4',
  '.mid': 'audio/midi',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.odt': 'application/vnd.oasis.opendocument.text',
  '.oga': 'audio/ogg',
  '.ogg': 'audio/ogg',
  '.ogv': 'video/ogg',
  '.opus': 'audio/ogg',
  '.otf': 'font/otf',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.svg': 'image/svg+xml',
  '.tar': 'application/x-tar',
  '.ttf': 'font/ttf',
  '.vtt': 'text/vtt; charset=utf-8',
  '.wav': 'audio/wav',
  '.weba': 'audio/webm',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.xz': 'application/x-xz',
  '.zip': 'application/zip',
}

const text = new Set(
  [
    'txt text md markdown log diff patch srt tex bib csl yaml yml toml ini conf env sql',
    'html htm xhtml xht mht mhtml xml xsl xslt rss atom',
    'js mjs cjs jsx ts mts cts tsx sh bash zsh fish ps1 bat py rb rs go java kt swift c h cc cpp hpp cs php pl lua r',
    'ex exs erl hs ml clj scala nix el vim zig',
  ]
    .join(' ')
    .split(' '),
)

/** The content type of a file by its name; bytes to be saved when nothing is known about it. */
export function contentTypeOf(name: string): string {
  const extension = extname(name).toLowerCase()
  if (text.has(extension.slice(1))) return 'text/plain; charset=utf-8'
  return contentTypes[extension] ?? 'application/octet-stream'
}

/** Pictures are made smaller on the way in, so their size on disk says nothing about the database. */
export const picturePattern = /\.(?:png|jpe?g|webp|gif|avif|tiff?|svg|hei[cf])$/i
