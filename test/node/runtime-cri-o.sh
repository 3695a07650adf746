# start_runtime NAME: starts CRI-O for one node, in a mount namespace of its own: below NAME/etc lies what CRI-O sees
# as /etc/containers. So each node has its own files at the paths that CRI-O has by default.
# shellcheck shell=bash
start_runtime() {
  local name=$1
  mkdir -p "$name"/{bin,etc,lib,run,home,crio/policies} /etc/containers /var/lib/containers /run/containers
  cp "$here/oci-stand-in" "$NODE_BINARIES/runc" "$name/bin"
  cat >"$name/crio.conf" <<END
[crio]
root = "/var/lib/containers/storage"
runroot = "/run/containers/storage"
storage_driver = "vfs"
version_file = "$state/$name/crio/version"
version_file_persist = ""
clean_shutdown_file = "$state/$name/crio/clean"
[crio.api]
listen = "$state/$name/runtime.sock"
stream_port = "0"
[crio.runtime]
cgroup_manager = "cgroupfs"
conmon_cgroup = "pod"
default_runtime = "stand-in"
pinns_path = "$CRIO_BINARIES/pinns"
namespaces_dir = "$state/$name/run/ns"
container_exits_dir = "$state/$name/run/exits"
container_attach_socket_dir = "$state/$name/run/attach"
log_level = "debug"
[crio.runtime.runtimes.stand-in]
runtime_path = "$state/$name/bin/oci-stand-in"
runtime_root = "$state/$name/run/stand-in"
monitor_path = "$(command -v conmon)"
[crio.image]
pause_image = "localhost/pause:1"
global_auth_file = "/etc/containers/auth.json"
signature_policy_dir = "$state/$name/crio/policies"
[crio.network]
network_dir = "$state/$name/cni"
plugin_dirs = ["$state/$name/cni-bin"]
[crio.nri]
enable_nri = false
END
  echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$name/etc/policy.json"
  cat >"$name/run-crio" <<END
#!/usr/bin/env bash
# Runs CRI-O of $name in its mount namespace.
mount --bind "$state/$name/etc" /etc/containers
mount --bind "$state/$name/lib" /var/lib/containers
mount --bind "$state/$name/run" /run/containers
exec env -i HOME="$state/$name/home" PATH="$CRIO_BINARIES:$PATH" \\
  "$CRIO_BINARIES/crio" --config "$state/$name/crio.conf" --config-dir ""
END
  chmod +x "$name/run-crio"
  start "$name/crio" unshare --mount --propagation slave "$state/$name/run-crio"
  until_ok 30 test -S "$name/runtime.sock"
  nsenter -m -t "$(cat "$name/crio.pid")" skopeo copy --quiet --insecure-policy "oci-archive:$NODE_BINARIES/pause.tar" \
    'containers-storage:[vfs@/var/lib/containers/storage+/run/containers/storage]localhost/pause:1'
}

crictl_of() {
  "$CRIO_BINARIES/crictl" --config /dev/null --runtime-endpoint "unix://$state/$1/runtime.sock" "${@:2}"
}
