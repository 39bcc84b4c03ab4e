{{- define "contactcenter-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The release's name alone where it holds the chart's name already. */}}
{{- define "contactcenter-exporter.fullname" -}}
{{- $name := include "contactcenter-exporter.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "contactcenter-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "contactcenter-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "contactcenter-exporter.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "contactcenter-exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Name, namespace and labels of an object, the last with those of the dictionary's labels. */}}
{{- define "contactcenter-exporter.metadata" -}}
name: {{ include "contactcenter-exporter.fullname" .root }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "contactcenter-exporter.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "contactcenter-exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "contactcenter-exporter.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "contactcenter-exporter.image" -}}
{{- with .Values.image -}}
{{ with .registry }}{{ . }}/{{ end }}{{ .repository }}
{{- if .digest }}@{{ .digest }}{{ else }}:{{ default (printf "v%s" $.Chart.AppVersion) .tag }}{{ end }}
{{- end }}
{{- end }}

{{/* A ConfigMap is no place for secrets: each has a key that names a file, and ${env:NAME} names a variable. */}}
{{- define "contactcenter-exporter.config" -}}
{{- if not .Values.config.accounts }}
{{- fail "config.accounts is empty: give the accounts, or existingConfigSecret" }}
{{- end }}
{{- $config := toYaml .Values.config }}
{{- range regexFindAll `(?m)^[\s-]*"?(client_secret|consumer_secret|access_token|access_token_secret|bearer_token|password|identity_key)"?: *[^$\s].*$` $config -1 }}
{{- fail (printf "config: %s is a secret: use %s_file and secrets, or ${env:NAME} and envFrom" (regexFind `[a-z_]+` .) (regexFind `[a-z_]+` .)) }}
{{- end }}
{{- $config }}
{{- end }}

{{/* What every endpoint of the Prometheus operator says; the argument is serviceMonitor, podMonitor or scrapeConfig. */}}
{{- define "contactcenter-exporter.endpoint" -}}
{{- with .tlsConfig }}
tlsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .basicAuth }}
basicAuth:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
