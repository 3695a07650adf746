#!/usr/bin/env bash
# build-cri-o.sh FOLDER: builds CRI-O v1.34.0 (crio, pinns) and crictl v1.34.0 from the Go module proxy into FOLDER,
# and installs conmon and skopeo from Debian if they are missing. Needs Go 1.24 or later, a C compiler, and root. Ten
# minutes on two cores the first time.
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
export GOTOOLCHAIN=local CGO_ENABLED=1
{ command -v conmon && command -v skopeo; } >/dev/null || (apt-get update -qq && apt-get install -y -qq conmon skopeo) >/dev/null
[ -x "$out/crio" ] && [ -x "$out/pinns" ] && [ -x "$out/crictl" ] && exit 0

module=$(go mod download -json github.com/cri-o/cri-o@v1.34.0 | python3 -c 'import json,sys; print(json.load(sys.stdin)["Dir"])')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$module/." "$work/cri-o" && chmod -R u+w "$work"
# Without the tags seccomp, selinux and apparmor CRI-O leaves those three out: a pull does not need them.
(cd "$work/cri-o" && go build -trimpath -ldflags '-s -w' -o "$out/crio" \
  -tags 'containers_image_openpgp containers_image_ostree_stub exclude_graphdriver_btrfs' ./cmd/crio)
gcc -std=c99 -Os -static -o "$out/pinns" "$work"/cri-o/pinns/src/*.c
GOBIN=$out go install -trimpath -ldflags '-s -w' sigs.k8s.io/cri-tools/cmd/crictl@v1.34.0
"$out/crio" --version | head -n 1
