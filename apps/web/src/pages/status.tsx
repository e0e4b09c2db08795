import { Layout, PageBody, type PageContext, PageHeader } from '../components/layout.tsx'
import type { NodeStatus, Status } from '../operations/status.ts'
import { publicStatus } from '../operations/status.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'

/** How the site is, for people. It is read anew for each of them, and again every few seconds while it is open. */
export function statusPage(read: () => Promise<Status>): Page {
  return async (request) => ({
    kind: 'page',
    body: <StatusView context={contextOf(request)} status={publicStatus(await read())} now={Date.now()} />,
    topics: ['status'],
    keep: false,
  })
}

interface StatusViewProps {
  context: PageContext
  status: Status
  /** Milliseconds since 1970. */
  now: number
}

export function StatusView({ context, status, now }: StatusViewProps) {
  const { nodes, failovers, backups, troubles, version } = status
  return (
    <Layout
      context={context}
      metadata={{
        title: 'Status',
        canonical: '/status',
        structure: { kind: 'other', title: 'Status', path: '/status' },
      }}
    >
      <PageHeader title="Status" lead={summaryOf(status)} />
      <PageBody>
        <div class="prose">
          <h2>Regions</h2>
          <table class="status-nodes">
            <thead>
              <tr>
                <th scope="col">Region</th>
                <th scope="col">Role</th>
                <th scope="col">Behind</th>
                <th scope="col">Version</th>
              </tr>
            </thead>
            <tbody>
              {nodes.map((node) => (
                <NodeRow node={node} />
              ))}
            </tbody>
          </table>
          {backups && <Backups backups={backups} now={now} />}
          {nodes.length > 1 && (
            <>
              <h2>Last failovers</h2>
              {failovers.length === 0 ? (
                <p>None since this node started.</p>
              ) : (
                <ul>
                  {failovers.slice(0, 5).map(({ at, durationMs }) => (
                    <li>
                      {ageOf(at, now)} ago: {secondsOf(durationMs)} without a primary
                    </li>
                  ))}
                </ul>
              )}
            </>
          )}
          {troubles.length > 0 && (
            <>
              <h2>To look at</h2>
              <ul>
                {troubles.map((trouble) => (
                  <li>{trouble}</li>
                ))}
              </ul>
            </>
          )}
          <p>
            Atoll {version}, up for {ageOf(status.since, now)}
          </p>
        </div>
      </PageBody>
    </Layout>
  )
}

function NodeRow({ node }: { node: NodeStatus }) {
  return (
    <tr>
      <th scope="row">
        {node.region}
        {node.isHere && ' (you are here)'}
      </th>
      <td>{node.role}</td>
      <td>
        {node.role === 'primary' ? 'never' : node.lagMs === undefined ? 'not known' : secondsOf(node.lagMs)}
        {node.lagHistory && node.lagHistory.length > 1 && <LagGraph values={node.lagHistory} />}
      </td>
      <td>{node.version}</td>
    </tr>
  )
}

/** As high as its highest value; what it shows is also in words beside it. */
function LagGraph({ values }: { values: number[] }) {
  const [width, height] = [120, 16]
  const highest = Math.max(...values, 100)
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * width
    const y = height - 1 - (value / highest) * (height - 2)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" />
    </svg>
  )
}

function Backups({
  backups: { backup, drill, failure },
  now,
}: {
  backups: NonNullable<Status['backups']>
  now: number
}) {
  return (
    <>
      <h2>Backups</h2>
      <ul>
        <li>
          {backup
            ? `The last one is ${ageOf(backup.at, now)} old, ${(backup.bytes / 1e6).toFixed(1)} MB`
            : 'There is none yet'}
        </li>
        <li>
          {drill
            ? `It was tried out ${ageOf(drill.at, now)} ago, and ${drill.isGood ? 'could be restored' : 'could not be restored'}`
            : 'None was tried out yet'}
        </li>
        {failure && <li>The last attempt failed {ageOf(failure.at, now)} ago</li>}
      </ul>
    </>
  )
}

/** One sentence. */
export function summaryOf({ nodes, troubles, backups }: Pick<Status, 'nodes' | 'troubles' | 'backups'>): string {
  if (!nodes.some(({ role }) => role === 'primary')) return 'Pages are served; changes wait for a primary.'
  if (backups?.drill?.isGood === false || backups?.failure) return 'Pages are served; the backups need a person.'
  if (troubles.length > 0) return 'Pages are served; something needs a person.'
  return 'All is well.'
}

/** `3 minutes`, in the largest unit of which there is one. */
export function ageOf(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000))
  const units: [number, string][] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ]
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [1, 'second']
  const count = Math.floor(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** How long something took, for people. */
export function secondsOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
