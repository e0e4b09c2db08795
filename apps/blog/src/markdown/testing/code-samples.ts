/** A little of many languages, each with something that its grammar finds hard. */
export const samples: Record<string, string> = {
  typescript: `import { a, type B } from './x.ts'
/** Doc @param x */
export async function load<T extends B = string>(path: string, { limit = 3 }: Options = {}): Promise<T[]> {
  const rows = JSON.parse(\`x \${path} \\n\`) as T[] // note
  for (const row of rows) if (!/^[a-z]+$/.test(row.slug)) throw new Error('bad')
  return rows.filter((r) => r.ok === true && this.x !== null).map(Number)
}
@dec class A extends B implements C { #p = 1; static x: number; get y() { return this.#p } }
enum E { A = 1 }`,
  shellscript: `#!/usr/bin/env bash
set -euo pipefail
export X="\${Y:-/var}" # c
for f in *.md; do echo "$f" | grep -q 'x' && npm install --save foo@1.2 || exit 1; done
if [[ -f "$X/a" ]]; then curl -fsS "http://x"; fi
function foo() { local a=1; }`,
  json: `{ "name": "x", "n": [1, -2.5e3, null, true], "s": "a\\nb" }`,
  elixir: `defmodule Blog.Post do
  @moduledoc """
  Doc
  """
  use Ecto.Schema
  @spec list(keyword()) :: [t()]
  def list(opts \\\\ []) when is_list(opts) do
    opts |> Keyword.get(:limit, 10) |> Enum.map(&(&1 + 1))
    %{title: "a #{x}", "k" => :ok, f: ~r/x/}
  end
end`,
  nix: `{ pkgs ? import <nixpkgs> {} }:
pkgs.mkShell { buildInputs = with pkgs; [ elixir_1_15 ]; shellHook = ''echo "\${x}"''; a = true; }`,
  python: `@decorator
class A(Base):
    """doc"""
    def f(self, x: int = 3, *args) -> str:
        return f"{x!r} \\n" if x is None else len(x) # c`,
  rust: `#[derive(Debug)]
pub struct Foo<'a> { x: &'a str }
impl Foo<'_> { fn bar(&self) -> Option<u32> { println!("{}", self.x); Some(1_000u32) } }`,
  html: `<!doctype html>
<a href="x" class="b">t &amp; <!-- c --></a><style>a{color:red}</style><script>let x = 1</script>`,
  css: `@media (width > 3em) { .a:hover > #b::before { color: #fff; margin: 1px var(--x); content: 'x' } }`,
  yaml: `# c
title: "x"
list: [1, true, 2020-01-01]
a: &b text`,
  diff: `diff --git a/x b/x
--- a/x
+++ b/x
@@ -1 +1 @@
-old
+new
 same`,
  markdown: `# Title
**b** *i* \`c\` [l](u)
- x
> q`,
  sql: `select id, count(*) from posts where title like 'a%' and n > 3 -- c`,
  go: `package main
func (s *Server) Run(ctx context.Context) error { x := map[string]int{"a": 1}; return nil }`,
  toml: `[a.b]
x = 1
y = "s"`,
  dockerfile: `FROM node:26 AS build
RUN npm ci && echo $X
ENV A=1`,
  erlang: `-module(a).
f(X) when X > 1 -> {ok, X + 1}; % c
f(_) -> lists:map(fun(Y) -> Y end, [1]).`,
  tsx: `export function A({ x }: P) { return <div class="a" onClick={() => f(1)}>{x} text</div> }`,
  php: `<?php function f(string $x): int { return strlen($x) . "a $x"; }`,
  console: `$ npm ci
added 3 packages`,
}
