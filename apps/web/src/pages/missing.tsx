import { Bluescreen } from '../components/bluescreen.tsx'
import { Layout, type PageContext } from '../components/layout.tsx'
import type { Page } from '../page.ts'

/** For every address that leads nowhere: one page for all of them, so that it can be kept. */
export const missingPage: Page = async ({ site, origin }) => ({
  kind: 'page',
  status: 404,
  body: <MissingView context={{ site, origin, path: '' }} />,
  topics: [],
})

export function MissingView({ context }: { context: PageContext }) {
  return (
    <Layout context={context} metadata={{ title: 'Page not found', isUnlisted: true }} screen="blue">
      <Bluescreen title="Page Not Found" reason="page_not_found">
        <p>
          A fatal exception has occurred at this address. The page you asked for was moved, renamed, or only ever
          existed in your imagination.
        </p>
        <ul>
          <li>
            Go back to <a href="/posts">the posts</a> and pretend this never happened.
          </li>
          <li>
            <a href="/search">Search</a> for it. It may be behind the sofa.
          </li>
          <li>Press CTRL+ALT+DEL to restart your computer. It won't help, but it may make you feel better.</li>
        </ul>
      </Bluescreen>
    </Layout>
  )
}
