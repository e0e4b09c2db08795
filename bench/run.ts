/**
 * Runs the benchmarks named on the command line, or all: `npm run bench`, `npm run bench -- article import`.
 * Each prints ratios measured in one run; absolute numbers are of the machine it ran on.
 */
const benches = {
  article: 'a cached article beside bare node:http answering the same bytes, and beside Astro',
  lists: 'uncached list pages and searches over 10,000 posts',
  import: 'the first import of 1,000 posts beside Eleventy and Astro building the same folder',
  edit: 'an unchanged import, and one edit among 10,000 posts from file saved to new bytes served',
  'dev-edit': 'one edit beside `atoll dev`, from file saved to drawn in a real browser',
  start: 'start to ready, and memory a minute later, with 1,000 posts in place',
  layer: 'what the data layer adds to an operation, beside better-sqlite3 by hand',
  writes: 'writes a second on three nodes: stock LiteFS, group commit by hand, and the data layer',
  reads: 'reads a second on a replica beside the same through the layer on a plain file',
  latency: 'one forwarded write beyond the network and a commit, and how soon a replica shows a write',
  node: 'what LiteFS and the layer cost a node that only serves: cached pages, memory, start to ready',
  sockets: '10,000 open pages on one node of 512 MB and one processor, one change to all of them, and ws alone',
  reconnect: '10,000 open pages that come back at once after their node was started again',
  reactions: '1,000 reactions a second from three regions, and how soon they are on 100 open pages',
  seen: 'from a commit in London to changed text in a browser in Tokyo, 120 ms away',
  lighthouse: 'Lighthouse on home, article, list and search, mobile profile, median of five',
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in benches))
if (unknown || asked.includes('help')) {
  console.log(
    Object.entries(benches)
      .map(([name, summary]) => `${name.padEnd(12)}${summary}`)
      .join('\n'),
  )
  process.exitCode = unknown && unknown !== 'help' ? 1 : 0
} else {
  for (const [name, summary] of Object.entries(benches)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    console.log(`\n# ${name}: ${summary}`)
    const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<void> }
    await bench()
  }
}
