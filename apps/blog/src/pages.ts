import type { Reader } from '@atoll/repo'
import type { Heading } from './markdown/index.ts'
import type { BlogTables } from './schema/tables.ts'

export interface SitePage {
  slug: string
  /** The file, relative to the content folder. */
  source: string
  title: string
  description: string
  html: string
  headings: Heading[]
  updatedAt: string | null
}

/** Topic `page:<slug>`. */
export async function findPage(reader: Reader<BlogTables>, slug: string): Promise<SitePage | undefined> {
  const row = await reader.db
    .selectFrom('pages')
    .innerJoin('documents', 'documents.id', 'pages.document_id')
    .select(['slug', 'source', 'title', 'pages.description', 'html', 'headings', 'updated_at as updatedAt'])
    .where('slug', '=', slug)
    .executeTakeFirst()
  return row && { ...row, headings: JSON.parse(row.headings) as Heading[] }
}
