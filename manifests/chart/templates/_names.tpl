{{- define "pullgate.fullname" -}}
{{- $release := ternary .Release.Name (printf "%s-pullgate" .Release.Name) (contains "pullgate" .Release.Name) -}}
{{- /* A release has at most 53 characters, so this name has at most 63. */ -}}
{{- coalesce .Values.fullnameOverride $release | replace "." "-" -}}
{{- end -}}

{{/* The name of an object in the manifests, for this release. Arguments: root, name. */}}
{{- define "pullgate.renamed" -}}
{{- regexReplaceAll "^pullgate" .name (include "pullgate.fullname" .root) -}}
{{- end -}}

{{- define "pullgate.selector" -}}
app.kubernetes.io/name: pullgate
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "pullgate.labels" -}}
{{ include "pullgate.selector" . }}
app.kubernetes.io/part-of: pullgate
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{- define "pullgate.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}
