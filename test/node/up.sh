#!/usr/bin/env bash
# A real node that records scenarios: etcd, kube-apiserver, kube-controller-manager, and for each node a kubelet and
# its container runtime, all on loopback. Only the OCI runtime is a stand-in: a "container" is a sleeping process.
# Needs root on linux/amd64.
#   up.sh STATE [--runtime containerd|cri-o] [--nodes N]
#   . STATE/env          sets KUBECONFIG and what record.py needs
#   down.sh STATE        ends it
# KUBELET_ARGS="…" adds flags of the kubelet; the ports are those from ${PORT:-29}000 on. README.md says where the binaries come from.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
state=$(mkdir -p "$1" && cd "$1" && pwd)
shift
runtime=containerd nodes=1 PORT=${PORT:-29}
while [ $# -gt 0 ]; do
  case $1 in
    --runtime) runtime=$2 ;;
    --nodes) nodes=$2 ;;
    *) echo "up.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
. "$here/binaries.sh"
cd "$state"
[ -f sa.key ] || openssl genrsa -out sa.key 2048 2>/dev/null
echo 'admin-token,admin,admin,system:masters' >tokens.csv

# start NAME COMMAND…: runs it in the background; its pid is in NAME.pid and its output in NAME.log.
start() {
  local name=$1
  shift
  setsid "$@" >>"$name.log" 2>&1 </dev/null &
  echo $! >"$name.pid"
}

# until_ok SECONDS COMMAND…: repeats it until it succeeds.
until_ok() {
  local limit=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $limit ] || { echo "up.sh: no success in time: $*" >&2; return 1; }
    sleep 0.3
  done
}

start etcd "$CONTROL_PLANE/etcd" --data-dir "$state/etcd" --unsafe-no-fsync \
  --listen-client-urls http://127.0.0.1:${PORT}379 --advertise-client-urls http://127.0.0.1:${PORT}379 \
  --listen-peer-urls http://127.0.0.1:${PORT}380 --initial-advertise-peer-urls http://127.0.0.1:${PORT}380 \
  --initial-cluster default=http://127.0.0.1:${PORT}380
start apiserver "$CONTROL_PLANE/kube-apiserver" --etcd-servers http://127.0.0.1:${PORT}379 --secure-port ${PORT}443 \
  --bind-address 127.0.0.1 --cert-dir "$state/apiserver" --service-cluster-ip-range 10.96.0.0/16 \
  --service-account-key-file sa.key --service-account-signing-key-file sa.key \
  --service-account-issuer https://kubernetes.default.svc --token-auth-file tokens.csv \
  --authorization-mode RBAC,Node --allow-privileged \
  --disable-admission-plugins TaintNodesByCondition,NodeRestriction
cat >kubeconfig <<END
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:${PORT}443", insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: admin-token}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
END
cat >env <<END
export NODE_STATE=$state NODE_RUNTIME=$runtime NODE_COUNT=$nodes NODE_BINARIES=$NODE_BINARIES CRIO_BINARIES=${CRIO_BINARIES:-}
export APISERVER=https://127.0.0.1:${PORT}443 KUBECONFIG=$state/kubeconfig PATH=$CONTROL_PLANE:\$PATH
END
. ./env
until_ok 60 kubectl get --raw /readyz
start kcm "$CONTROL_PLANE/kube-controller-manager" --kubeconfig kubeconfig --service-account-private-key-file sa.key \
  --leader-elect=false --secure-port ${PORT}257 --use-service-account-credentials=false

. "$here/runtime-$runtime.sh"
for i in $(seq "$nodes"); do
  name=node$i
  mkdir -p "$name/kubelet"
  start_runtime "$name"
  cat >"$name/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
failSwapOn: false
port: $((PORT * 1000 + 500 + 10 * i))
healthzPort: $((PORT * 1000 + 501 + 10 * i))
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix://$state/$name/runtime.sock
registryPullQPS: 0
serializeImagePulls: false
maxParallelImagePulls: 20
eventRecordQPS: 0
resolvConf: /etc/resolv.conf
localStorageCapacityIsolation: false
evictionHard: {memory.available: "1Mi"}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
syncFrequency: 1s
configMapAndSecretChangeDetectionStrategy: Get
END
  cat >"$name/run-kubelet" <<END
#!/usr/bin/env bash
# Runs the kubelet of $name, with further flags.
export PATH="$NODE_BINARIES:\$PATH"
exec "$NODE_BINARIES/kubelet" --config "$state/$name/kubelet.yaml" --kubeconfig "$state/kubeconfig" --hostname-override "$name" \\
  --root-dir "$state/$name/kubelet" --cert-dir "$state/$name/kubelet/pki" ${KUBELET_ARGS:-} "\$@"
END
  chmod +x "$name/run-kubelet"
  start "$name/kubelet" "$name/run-kubelet"
done
for i in $(seq "$nodes"); do until_ok 60 kubectl get node "node$i"; done
kubectl get nodes -o wide
