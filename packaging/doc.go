// Package packaging proves the Helm chart, the manifests and the mixin: rendered by Helm and jsonnet, decoded strictly into the
// types of Kubernetes and of the Prometheus operator, and equal to the files that they come from. It is a module of its own, so
// that a user of the exporter downloads none of these types. It imports nothing of the exporter.
package packaging
