# start_runtime NAME: starts containerd for one node. NAME/certs.d is its registry config_path.
# shellcheck shell=bash
start_runtime() {
  local name=$1 home=$state/$1
  mkdir -p "$name"/{certs.d,cni/net.d,cni/bin}
  cat >"$name/containerd.toml" <<END
version = 3
root = "$home/ctrd-root"
state = "$home/ctrd-state"
[grpc]
  address = "$home/runtime.sock"
[ttrpc]
  address = "$home/runtime.sock.ttrpc"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "native"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "oracle.local/pause:1"
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = "$home/certs.d"
[plugins.'io.containerd.cri.v1.runtime']
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["$home/cni/bin"]
    conf_dir = "$home/cni/net.d"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      BinaryName = '$NODE_BINARIES/runc'
[plugins.'io.containerd.transfer.v1.local']
  [[plugins.'io.containerd.transfer.v1.local'.unpack_config]]
    platform = "linux/amd64"
    snapshotter = "native"
    differ = "walking"
[plugins.'io.containerd.nri.v1.nri']
  disable = true
END
  PATH=$NODE_BINARIES:$PATH start "$name/containerd" "$NODE_BINARIES/containerd" -c "$name/containerd.toml"
  until_ok 30 "$NODE_BINARIES/ctr" -a "$home/runtime.sock" version
  "$NODE_BINARIES/ctr" -a "$home/runtime.sock" -n k8s.io images import --snapshotter native "$NODE_BINARIES/pause.tar" >/dev/null
}
