import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { promisify } from 'node:util'
import { type LinkCounts, type LinkSettings, type Switch, startSwitch } from './switch.ts'

const run = promisify(execFile)

/** A place with one address: a node, Consul, or the tests themselves. */
export interface Host {
  readonly name: string
  readonly address: string
  /** As in a URL: an IPv6 address in brackets. */
  readonly urlHost: string
  /** The path of its network namespace. */
  readonly namespace: string
  /** As in /proc/<pid>/ns/net. */
  readonly namespaceInode: string
}

export interface Network {
  readonly switch: Switch
  /** The tests' own place on the network; its namespace is the one this process is in. */
  readonly tests: Host
  addHost(name: string): Promise<Host>
  /** Changes the named settings of the link in one direction, and keeps the others. */
  link(from: string, to: string, settings: LinkSettings): Promise<void>
  /** Takes silence, loss and cuts from every link; delays and speeds stay. */
  heal(): Promise<void>
  counts(from: string, to: string): Promise<LinkCounts>
  names(): string[]
  close(): Promise<void>
}

interface Plugged extends Host {
  mac: string
  /** The device's name inside the namespace. */
  device: string
  /** `ip` options that reach the namespace. */
  inside: string[]
}

let opened = 0

/** Opens a network of its own: addresses, devices and namespaces of several never meet. */
export async function openNetwork({ ipv4 = false } = {}): Promise<Network> {
  const id = `${process.pid.toString(36)}${(opened++).toString(36)}`
  const subnet = ipv4 ? `10.${77 + (process.pid % 100)}.${opened % 256}.` : `fd77:${process.pid % 9999}:${opened}::`
  const prefix = ipv4 ? 24 : 64
  const fabric = startSwitch()
  const hosts = new Map<string, Plugged>()
  const links = new Map<string, LinkSettings>()

  async function plug(name: string, own: boolean): Promise<Plugged> {
    const number = own ? 250 : hosts.size
    const mac = `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`
    const device = own ? `at${id}t` : 'eth0'
    const namespaceName = `at${id}-${name}`
    const address = `${subnet}${ipv4 ? number : number.toString(16)}`
    const inside = own ? [] : ['-n', namespaceName]
    const outside = own ? device : `at${id}${number}`

    if (!own) await run('ip', ['netns', 'add', namespaceName])
    await fabric.plug(outside, mac)
    if (!own) await run('ip', ['link', 'set', outside, 'netns', namespaceName, 'name', device])
    await configure(inside, [
      `link set ${device} address ${mac} addrgenmode none`,
      `link set lo up`,
      `addr add ${address}/${prefix} dev ${device}${ipv4 ? '' : ' nodad'}`,
      `link set ${device} up`,
    ])
    const namespace = own ? '/proc/self/ns/net' : `/run/netns/${namespaceName}`
    const host: Plugged = {
      name,
      address,
      urlHost: ipv4 ? address : `[${address}]`,
      namespace,
      namespaceInode: `net:[${statSync(namespace).ino}]`,
      mac,
      device,
      inside,
    }
    await introduce(host)
    hosts.set(name, host)
    return host
  }

  /** Neighbours are fixed: otherwise a silent host is an error within seconds, as no host beyond a router ever is. */
  async function introduce(added: Plugged) {
    const neighbour = (of: Plugged, is: Plugged) =>
      `neigh replace ${is.address} lladdr ${is.mac} dev ${of.device} nud permanent`
    const known = [...hosts.values()]
    if (known.length === 0) return
    await configure(
      added.inside,
      known.map((host) => neighbour(added, host)),
    )
    for (const host of known) await configure(host.inside, [neighbour(host, added)])
  }

  async function link(from: string, to: string, settings: LinkSettings) {
    const key = `${from}>${to}`
    const merged = { ...links.get(key), ...settings }
    links.set(key, merged)
    await fabric.link(switchPort(from), switchPort(to), merged)
  }

  function switchPort(name: string): string {
    const host = hosts.get(name)
    if (!host) throw new Error(`no host ${name} on the network: there are ${[...hosts.keys()].join(', ')}`)
    return name === 'tests' ? host.device : `at${id}${Number.parseInt(host.mac.slice(-2), 16)}`
  }

  const tests = await plug('tests', true).catch(async (error) => {
    await fabric.close()
    throw error
  })
  return {
    switch: fabric,
    tests,
    addHost: (name) => plug(name, false),
    link,
    async heal() {
      for (const [key] of links) {
        const [from, to] = key.split('>') as [string, string]
        await link(from, to, { silent: false, loss: 0, cutAfterBytes: 0 })
      }
    },
    async counts(from, to) {
      const all = await fabric.counts()
      return all[`${switchPort(from)}>${switchPort(to)}`]!
    },
    names: () => [...hosts.keys()],
    async close() {
      await fabric.close()
      for (const { inside } of hosts.values()) {
        if (inside.length > 0) await run('ip', ['netns', 'delete', inside[1]!]).catch(() => {})
      }
    },
  }
}

async function configure(inside: string[], commands: string[]): Promise<void> {
  const child = run('ip', [...inside, '-batch', '-'])
  child.child.stdin!.end(`${commands.join('\n')}\n`)
  await child
}
