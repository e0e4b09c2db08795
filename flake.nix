# A shell with all that is needed to work on Atoll: `nix develop`, then `npm ci` and `npm test`.
{
  description = "A real-time publishing system on one replicated SQLite database";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { nixpkgs, ... }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forEach = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      devShells = forEach (pkgs: {
        default = pkgs.mkShell {
          packages =
            [
              # The one that npm brings is not linked for NixOS.
              pkgs.nodejs_latest
              # Looks into a database by hand.
              pkgs.sqlite
            ]
            ++ pkgs.lib.optionals pkgs.stdenv.isLinux [
              # Cluster tests: LiteFS and Consul are built by Go, LiteFS mounts by FUSE, the test network uses ip.
              pkgs.go
              pkgs.fuse3
              pkgs.iproute2
              # Browser tests, and the proxy that a test boots in front of the site.
              pkgs.chromium
              pkgs.caddy
            ];
        };
      });
    };
}
