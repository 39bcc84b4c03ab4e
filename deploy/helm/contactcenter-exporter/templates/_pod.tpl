{{/* The template of a pod. */}}
{{- define "contactcenter-exporter.pod" -}}
metadata:
  labels:
    {{- include "contactcenter-exporter.selectorLabels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    {{- if not .Values.existingConfigSecret }}
    checksum/config: {{ include "contactcenter-exporter.config" . | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "contactcenter-exporter.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - name: exporter
      image: {{ include "contactcenter-exporter.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        - serve
        - --config.file=/etc/contactcenter/contactcenter.yml
        - --config.enable-auto-reload
        {{- if .Values.database.secret }}
        - --state.url-file=/run/secrets/contactcenter-database/url
        - --replica.name=$(POD_NAME)
        - --replica.advertise-url={{ .Values.database.scheme }}://$(POD_IP):9925
        {{- if .Values.database.tokenSecret }}
        - --replica.token-file=/run/secrets/contactcenter-replicas/token
        {{- end }}
        {{- else }}
        - --state.dir=/data
        {{- end }}
        - --web.health-listen-address=:9927
        {{- if .Values.webConfigSecret }}
        - --web.config.file=/etc/contactcenter-web/web.yml
        {{- end }}
        {{- with .Values.extraArgs }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- if or .Values.env .Values.database.secret }}
      env:
        {{- with .Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- if .Values.database.secret }}
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        {{- end }}
      {{- end }}
      {{- with .Values.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - {name: metrics, containerPort: 9925}
        - {name: health, containerPort: 9927}
      livenessProbe:
        {{- toYaml .Values.livenessProbe | nindent 8 }}
      readinessProbe:
        {{- toYaml .Values.readinessProbe | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      volumeMounts:
        - {name: config, mountPath: /etc/contactcenter, readOnly: true}
        {{- if .Values.database.secret }}
        - {name: database, mountPath: /run/secrets/contactcenter-database, readOnly: true}
        {{- if .Values.database.tokenSecret }}
        - {name: replicas, mountPath: /run/secrets/contactcenter-replicas, readOnly: true}
        {{- end }}
        {{- else }}
        - {name: state, mountPath: /data}
        {{- end }}
        {{- range $i, $secret := .Values.secrets }}
        - {name: secret-{{ $i }}, mountPath: {{ default (printf "/run/secrets/%s" $secret.name) $secret.mountPath }}, readOnly: true}
        {{- end }}
        {{- if .Values.webConfigSecret }}
        - {name: web-config, mountPath: /etc/contactcenter-web, readOnly: true}
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: config
      {{- if .Values.existingConfigSecret }}
      secret: {secretName: {{ .Values.existingConfigSecret }}, defaultMode: 0440}
      {{- else }}
      configMap: {name: {{ include "contactcenter-exporter.fullname" . }}}
      {{- end }}
    {{- if .Values.database.secret }}
    - name: database
      secret: {secretName: {{ .Values.database.secret }}, defaultMode: 0440}
    {{- with .Values.database.tokenSecret }}
    - name: replicas
      secret: {secretName: {{ . }}, defaultMode: 0440}
    {{- end }}
    {{- else if not .Values.persistence.enabled }}
    - name: state
      emptyDir: {}
    {{- else if .Values.persistence.existingClaim }}
    - name: state
      persistentVolumeClaim: {claimName: {{ .Values.persistence.existingClaim }}}
    {{- end }}
    {{- range $i, $secret := .Values.secrets }}
    - name: secret-{{ $i }}
      secret: {secretName: {{ $secret.name }}, defaultMode: 0440}
    {{- end }}
    {{- with .Values.webConfigSecret }}
    - name: web-config
      secret: {secretName: {{ . }}, defaultMode: 0440}
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
