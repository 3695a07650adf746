#!/usr/bin/env bash
# Makes every file of a release in the folder release/: npm package, Helm chart, one install file for each mode, source
# with the Containerfile, notes, SBOM and checksums. Publishes nothing. Needs kubectl, helm and git; KUBECTL and HELM may name
# other programs.
set -euo pipefail
cd "$(dirname "$0")/.."
kubectl=${KUBECTL:-kubectl}
helm=${HELM:-helm}
version=$(node -p 'require("./package.json").version')
out=release

if ! grep -q "^## $version" CHANGELOG.md; then
  echo "CHANGELOG.md has no section for version $version" >&2
  exit 1
fi

rm -rf "$out" dist
mkdir "$out"
npm run --silent build
npm pack --silent --ignore-scripts --pack-destination "$out" >/dev/null
mv "$out/pullgate-$version.tgz" "$out/pullgate-npm-$version.tgz"
for mode in base overlays/audit overlays/enforce overlays/strict; do
  "$kubectl" kustomize "manifests/$mode" >"$out/install-${mode#overlays/}.yaml"
done
"$helm" package manifests/chart --destination "$out" >/dev/null
mv "$out/pullgate-$version.tgz" "$out/pullgate-chart-$version.tgz"
git archive --format=tar.gz --prefix="pullgate-$version/" -o "$out/pullgate-$version-source.tar.gz" HEAD
awk -v start="## $version" 'index($0, start) == 1 { found = 1; next } /^## / { found = 0 } found' CHANGELOG.md >"$out/NOTES.md"
npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx >"$out/pullgate-$version.cdx.json"
(cd "$out" && sha256sum -- * >SHA256SUMS)
ls -l "$out"
