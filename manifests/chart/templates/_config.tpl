{{/* The configuration: the shipped one, then what other values decide, then `config`. */}}
{{- define "pullgate.config" -}}
{{- $full := include "pullgate.fullname" . -}}
{{- $own := eq .Values.certificates.source "own" -}}
{{- $file := ternary "base/config.yaml" "overlays/cert-manager/config.yaml" $own -}}
{{- $config := include "pullgate.read" (dict "root" . "file" $file) | fromJson -}}
{{- $_ := set $config "profile" .Values.profile -}}
{{- if $own -}}
{{- $tls := dict "service" $full "secretName" (printf "%s-tls" $full) "webhookConfiguration" $full -}}
{{- $_ := set $config "tls" (mergeOverwrite $config.tls $tls) -}}
{{- end -}}
{{- if .Values.certsD.files -}}
{{- $_ := set $config "certsDir" "/etc/containerd/certs.d" -}}
{{- end -}}
{{- with .Values.nodeCredentials -}}
{{- $credentials := dict -}}
{{- if .dockerConfig -}}
{{- $_ := set $credentials "dockerConfig" "/etc/pullgate-node/config.json" -}}
{{- end -}}
{{- if .plugins.image -}}
{{- $providers := dict "config" "/etc/pullgate-node/credential-provider.yaml" "binDir" "/etc/pullgate-plugins" -}}
{{- $_ := set $credentials "providers" $providers -}}
{{- end -}}
{{- with $credentials }}{{ $_ := set $config "nodeCredentials" . }}{{ end -}}
{{- end -}}
{{- mergeOverwrite $config (deepCopy .Values.config) | toYaml -}}
{{- end -}}
