{{/*
The objects are those of `manifests/`, whose files are copied to `files/`. A template reads a file, changes fields of
the object, and prints it. Sprig's `set` changes the object itself, and its result is not used.
*/}}

{{/* The object of a file with one object, as JSON. Arguments: root, file. */}}
{{- define "pullgate.read" -}}
{{- .root.Files.Get (printf "files/%s" .file) | fromYaml | toJson -}}
{{- end -}}

{{/* Prints an object with the names, the namespace and the labels of this release. Arguments: root, object, and optionally
     namespace and name. */}}
{{- define "pullgate.print" -}}
{{- $root := .root -}}
{{- $object := .object -}}
{{- $metadata := $object.metadata -}}
{{- $_ := set $metadata "name" (.name | default (include "pullgate.renamed" (dict "root" $root "name" $metadata.name))) -}}
{{- if not (or (hasPrefix "Cluster" $object.kind) (eq $object.kind "ValidatingWebhookConfiguration")) -}}
{{- $_ := set $metadata "namespace" (.namespace | default $root.Release.Namespace) -}}
{{- end -}}
{{- $labels := include "pullgate.labels" $root | fromYaml -}}
{{- $_ := set $metadata "labels" (merge $labels ($metadata.labels | default dict) $root.Values.commonLabels) -}}
{{- with merge ($metadata.annotations | default dict) $root.Values.commonAnnotations -}}
{{- $_ := set $metadata "annotations" . -}}
{{- end }}
---
{{ toYaml $object }}
{{- end -}}

{{/* Prints an object of RBAC, or a Secret next to it. Arguments: root, object, and optionally namespace. */}}
{{- define "pullgate.printRbac" -}}
{{- $root := .root -}}
{{- with .object.roleRef -}}
{{- $_ := set . "name" (include "pullgate.renamed" (dict "root" $root "name" .name)) -}}
{{- end -}}
{{- range .object.subjects -}}
{{- $_ := set . "name" (include "pullgate.renamed" (dict "root" $root "name" .name)) -}}
{{- $_ := set . "namespace" $root.Release.Namespace -}}
{{- end -}}
{{- range $rule := .object.rules -}}
{{- $names := list -}}
{{- range $rule.resourceNames -}}
{{- $names = append $names (include "pullgate.renamed" (dict "root" $root "name" .)) -}}
{{- end -}}
{{- with $names }}{{ $_ := set $rule "resourceNames" . }}{{ end -}}
{{- end -}}
{{- include "pullgate.print" . -}}
{{- end -}}

{{/* Prints all objects of a file with RBAC. Arguments: root, file. */}}
{{- define "pullgate.printRbacFile" -}}
{{- $root := .root -}}
{{- range splitList "\n---\n" (.root.Files.Get (printf "files/%s" .file)) -}}
{{- include "pullgate.printRbac" (dict "root" $root "object" (fromYaml .)) -}}
{{- end -}}
{{- end -}}

{{/* Prints a ConfigMap or a Secret. Arguments: root, kind, name, data. */}}
{{- define "pullgate.printData" -}}
{{- $object := dict "apiVersion" "v1" "kind" .kind "metadata" (dict "name" .name) -}}
{{- if eq .kind "Secret" -}}
{{- $_ := set $object "type" "Opaque" -}}
{{- range $key, $text := .data }}{{ $_ := set $.data $key (b64enc $text) }}{{ end -}}
{{- end -}}
{{- $_ := set $object "data" .data -}}
{{- include "pullgate.print" (dict "root" .root "object" $object) -}}
{{- end -}}
