#!/usr/bin/env bash
# Makes every file of a release in the folder release/: npm package, plugin for kubectl with its krew manifest, Helm chart,
# one install file for each mode, source with the Containerfile, notes, SBOM and checksums. Publishes nothing. Needs kubectl, helm and git; KUBECTL and HELM may name
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
chmod +x dist/main.js dist/kubectl-pullgate.js
# The packages that the lockfile lists for production, which the plugin brings along.
node -e '
  const { packages } = require("./package-lock.json");
  const wanted = Object.keys(packages).filter((path) => path !== "" && !packages[path].dev && fs.existsSync(path));
  for (const path of ["dist", "package.json", "LICENSE", ...wanted]) console.log(path);
' | tar -czf "$out/pullgate-kubectl-$version.tar.gz" --transform 's,^,pullgate/,' --exclude='*.map' --files-from=-
sum=$(sha256sum "$out/pullgate-kubectl-$version.tar.gz" | cut -d' ' -f1)
sed -e '/^#/d' -e "s/VERSION/$version/g" -e "s/SHA256/$sum/" ci/krew.yaml >"$out/krew.yaml"
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
