package command

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
)

// A line of a library has each key once and the form of the program's own.
func TestLibrariesThatLogWithSlogHaveTheProgramsForm(t *testing.T) {
	for want, write := range map[string]func(l *slog.Logger){
		"level=info ts=now msg=x a=1\n":                        func(l *slog.Logger) { l.Info("x", "a", 1) },
		"level=warn ts=now msg=x\n":                            func(l *slog.Logger) { l.Warn("x") },
		"level=error ts=now msg=x err=e\n":                     func(l *slog.Logger) { l.Error("x", "err", errors.New("e")) },
		"level=info ts=now a=1 msg=x b=2\n":                    func(l *slog.Logger) { l.With("a", 1).Info("x", "b", 2) },
		"level=info ts=now a=1 b=2 msg=x c=3\n":                func(l *slog.Logger) { l.With("a", 1).With("b", 2).Info("x", "c", 3) },
		"level=info ts=now msg=\"Listening on\" address=:99\n": func(l *slog.Logger) { l.Info("Listening on", "address", ":99") },
		"": func(l *slog.Logger) { l.Debug("x") },
	} {
		var b bytes.Buffer
		logger := log.With(level.NewFilter(log.NewLogfmtLogger(&b), level.AllowInfo()), "ts", log.Valuer(func() any { return "now" }))
		write(slog.New(slogHandler{log: logger}))
		if b.String() != want {
			t.Errorf("%q, want %q", &b, want)
		}
	}
}
