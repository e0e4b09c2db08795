import { describe, expect, it } from 'vitest'
import { type BackupCandidate, chooseBackupNode } from './backup-node.ts'

const node = (name: string, role: BackupCandidate['role'], isCandidate = true) => ({ name, role, isCandidate })
const choose = (nodes: BackupCandidate[], { canStepAside = true, minInSync = 1 } = {}) =>
  chooseBackupNode({ nodes, canStepAside, minInSync })

describe('chooseBackupNode', () => {
  it('takes a replica, the same one whatever the order', () => {
    const nodes = [node('c', 'replica'), node('a', 'primary'), node('b', 'replica')]
    expect([choose(nodes), choose(nodes.toReversed())]).toEqual(['b', 'b'])
  })

  it('prefers one that may not lead: nobody waits for it', () => {
    const nodes = [node('a', 'primary'), node('b', 'replica'), node('z', 'replica', false)]
    expect(choose(nodes)).toBe('z')
    expect(choose(nodes, { canStepAside: false })).toBe('z')
  })

  it.each([
    ['it is alone', [node('a', 'primary')], {}],
    ['no guard lets a candidate leave', [node('a', 'primary'), node('b', 'replica')], { canStepAside: false }],
    ['none can be spared', [node('a', 'primary'), node('b', 'replica')], { minInSync: 2 }],
    ['the others do not know where they stand', [node('a', 'primary'), node('b', 'unknown')], {}],
  ])('takes the primary where %s', (_, nodes, options) => {
    expect(choose(nodes, options)).toBe('a')
  })

  it('takes nobody while no primary is known', () => {
    expect(choose([node('a', 'unknown'), node('b', 'replica')])).toBeUndefined()
  })
})
