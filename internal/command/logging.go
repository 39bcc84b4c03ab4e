package command

import (
	"context"
	"log/slog"
	"os"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// logger returns the program's logger. All that the program and its libraries log
// goes through it, so that the log has one format.
func (o Options) logger() log.Logger {
	w := log.NewSyncWriter(os.Stderr)
	l := log.NewLogfmtLogger(w)
	if o.LogFormat == "json" {
		l = log.NewJSONLogger(w)
	}
	l = level.NewFilter(l, level.Allow(level.ParseDefault(o.LogLevel, level.InfoValue())))
	return log.With(l, "ts", log.DefaultTimestampUTC)
}

// slogHandler lets exporter-toolkit, which logs with slog and without groups, write to the
// program's logger, which adds the time.
type slogHandler struct {
	log     log.Logger
	onError func() // called in place of logging an error; may be nil
}

// Enabled implements slog.Handler. The logger filters by level.
func (h slogHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (h slogHandler) Handle(_ context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError && h.onError != nil {
		h.onError()
		return nil
	}
	keyvals := []any{"msg", r.Message}
	r.Attrs(func(a slog.Attr) bool {
		keyvals = append(keyvals, keyval(a)...)
		return true
	})
	return h.at(r.Level).Log(keyvals...)
}

func (h slogHandler) at(l slog.Level) log.Logger {
	switch {
	case l >= slog.LevelError:
		return level.Error(h.log)
	case l >= slog.LevelWarn:
		return level.Warn(h.log)
	case l >= slog.LevelInfo:
		return level.Info(h.log)
	}
	return level.Debug(h.log)
}

func keyval(a slog.Attr) []any { return []any{a.Key, a.Value.Resolve().Any()} }

// WithAttrs implements slog.Handler.
func (h slogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		h.log = log.With(h.log, keyval(a)...)
	}
	return h
}

// WithGroup implements slog.Handler: the keys are those without the group.
func (h slogHandler) WithGroup(string) slog.Handler { return h }
