# Sets CONTROL_PLANE (etcd, kube-apiserver, kube-controller-manager, kubectl), NODE_BINARIES (kubelet, the OCI stand-in
# runc, pause.tar, and containerd with ctr) and, for CRI-O, CRIO_BINARIES (crio, pinns, crictl), unless they are set.
# shellcheck shell=bash
shared="$here/../../../shared"
cache="${XDG_CACHE_HOME:-$HOME/.cache}"
CONTROL_PLANE=${CONTROL_PLANE:-$("$shared/envtest/setup.sh")}
if [ -z "${NODE_BINARIES:-}" ]; then
  NODE_BINARIES="$cache/node-v1.36.3-2"
  if [ ! -e "$NODE_BINARIES/.complete" ]; then
    part="$NODE_BINARIES.$$"
    mkdir -p "$part"
    tar -xJf "$shared/node/assets.tar.xz" -C "$part"
    touch "$part/.complete"
    rm -rf "$NODE_BINARIES"
    mv "$part" "$NODE_BINARIES"
  fi
fi
if [ "$runtime" = cri-o ]; then
  CRIO_BINARIES=${CRIO_BINARIES:-$cache/cri-o-v1.34.0}
  "$here/build-cri-o.sh" "$CRIO_BINARIES"
fi
