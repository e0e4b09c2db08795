import { defaultSite } from '@atoll/blog'
import { Bluescreen } from '../components/bluescreen.tsx'
import { Layout } from '../components/layout.tsx'
import type { FailurePage } from '../page.ts'

/** Nothing here may ask for anything: it is shown when that fails. */
export const failurePage: FailurePage = ({ status, requestId, site = defaultSite }) => (
  <Layout
    context={{ site, origin: '', path: '' }}
    metadata={{ title: status === 503 ? 'Busy' : 'Error', isUnlisted: true }}
    screen="blue"
  >
    <Bluescreen title={status === 503 ? 'Temporarily Unavailable' : 'Unexpected Error'} reason={String(status)}>
      {status === 503 ? (
        <p>This site has more to do than it can at the moment. Please try again in a few seconds.</p>
      ) : (
        <p>Something broke here, and it was not you. Trying again may help; if it does not, please tell the author.</p>
      )}
      <p>They will ask for this number: {requestId}</p>
    </Bluescreen>
  </Layout>
)
