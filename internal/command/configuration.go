package command

import (
	"context"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// ConfigSchema prints the JSON schema of the configuration file.
func ConfigSchema(_ context.Context, o Options) error { return config.WriteSchema(o.Out, o.configs()) }

// ConfigReference prints the reference of the configuration file in Markdown.
func ConfigReference(_ context.Context, o Options) error {
	return config.WriteReference(o.Out, o.configs())
}
