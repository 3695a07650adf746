{{/* A key of a ConfigMap for a path, because a key cannot contain a slash or a colon. */}}
{{- define "pullgate.keyOf" -}}
{{- regexReplaceAll "[^A-Za-z0-9.-]" . "_" }}.{{ sha256sum . | trunc 8 }}
{{- end -}}

{{/*
Adds the volumes, mounts and init containers of a patch in `manifests/` to a pod. Arguments: root, pod, file, and
optionally existing (the name of the ConfigMap or Secret), items (of the ConfigMap).
*/}}
{{- define "pullgate.mount" -}}
{{- $root := .root -}}
{{- $existing := .existing -}}
{{- $items := .items -}}
{{- $patch := (include "pullgate.read" (dict "root" .root "file" .file) | fromJson).spec.template.spec -}}
{{- $container := first .pod.containers -}}
{{- $_ := set $container "volumeMounts" (concat $container.volumeMounts (first $patch.containers).volumeMounts) -}}
{{- range $patch.volumes -}}
{{- with $map := .configMap -}}
{{- $name := include "pullgate.renamed" (dict "root" $root "name" $map.name) -}}
{{- $_ := set $map "name" ($existing | default $name) -}}
{{- with $items }}{{ $_ := set $map "items" . }}{{ end -}}
{{- end -}}
{{- with .secret -}}
{{- $name := include "pullgate.renamed" (dict "root" $root "name" .secretName) -}}
{{- $_ := set . "secretName" ($existing | default $name) -}}
{{- end -}}
{{- end -}}
{{- range $variable := (first $patch.containers).env -}}
{{- with $variable.valueFrom.secretKeyRef -}}
{{- $_ := set . "name" (include "pullgate.renamed" (dict "root" $root "name" .name)) -}}
{{- end -}}
{{- $_ := set $container "env" (prepend $container.env $variable) -}}
{{- end -}}
{{- $_ := set .pod "volumes" (concat .pod.volumes $patch.volumes) -}}
{{- with $patch.initContainers -}}
{{- $_ := set (first .) "image" $root.Values.nodeCredentials.plugins.image -}}
{{- $_ := set $.pod "initContainers" . -}}
{{- end -}}
{{- end -}}
