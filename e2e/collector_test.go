package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// collectorConfig takes compressed requests only, over HTTP.
const collectorConfig = `receivers:
  otlp:
    protocols:
      http: {endpoint: "%s", compression_algorithms: [gzip]}
      grpc: {endpoint: "%s"}
exporters:
  file: {path: received.json, flush_interval: 100ms}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    metrics: {receivers: [otlp], exporters: [file]}
`

// pushing is an exporter that pushes to a real collector.
type pushing struct {
	*centre
	collector program
}

func startPushing(t *testing.T, transport string) *pushing {
	t.Helper()
	http, grpc := freePort(t), freePort(t)
	endpoint := map[string]string{"http": http, "grpc": grpc}[transport]
	p := &pushing{}
	p.centre = startCentre(t, func(config string) string {
		return config + fmt.Sprintf("otlp: {endpoint: %q, interval: 1s}\n", transport+"://"+endpoint)
	})
	write(t, filepath.Join(p.dir, "collector.yml"), fmt.Sprintf(collectorConfig, http, grpc))
	p.collect(t)
	return p
}

// collect starts a collector that has received nothing.
func (p *pushing) collect(t *testing.T) {
	t.Helper()
	if err := os.Remove(filepath.Join(p.dir, "received.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	p.collector = start(t, p.dir, nil, "collector", "--config=collector.yml")
}

// agree waits until the collector has what the page shows, while nothing happens.
func (p *pushing) agree(t *testing.T, when string) (metrics map[string]told) {
	t.Helper()
	p.play(t, "frozen")
	p.simulator.signal(syscall.SIGSTOP)
	defer p.simulator.signal(syscall.SIGCONT)
	eventually(t, when, func() error {
		got, about, err := p.received()
		if err != nil {
			return err
		}
		want, err := p.page()
		if err != nil {
			return err
		}
		metrics = about
		return differ(texts(want), texts(got))
	})
	return metrics
}

func texts(series map[string]float64) map[string]string {
	out := map[string]string{}
	for s, v := range series {
		out[s] = fmt.Sprint(v)
	}
	return out
}

// pushes returns how many pushes had an outcome, by the exporter's own page.
func (p *pushing) pushes(outcome string) float64 {
	series, err := p.page()
	if err != nil {
		return -1
	}
	return series[fmt.Sprintf("contactcenter_exporter_otlp_exports_total outcome=%q", outcome)]
}

func TestACollectorReceivesWhatThePageShows(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"http", "grpc"} {
		t.Run(transport, func(t *testing.T) {
			p := startPushing(t, transport)
			for _, feed := range []string{"agent_events", "interaction_events"} {
				p.post(t, "/sim/burst", fmt.Sprintf(`{"feed":%q,"events":500}`, feed))
			}
			eventually(t, "every source has data", p.complete)
			metrics := p.agree(t, "the collector has what the page shows")
			t.Logf("%d metrics", len(metrics))
			documented(t, metrics)
			p.survives(t)
			p.agree(t, "the collector that came back has it too")
		})
	}
}

// complete says what the page still lacks.
func (p *pushing) complete() error {
	series, err := p.page()
	if err != nil {
		return err
	}
	events := false
	for s, v := range series {
		if strings.HasPrefix(s, "contactcenter_source_up ") && v != 1 {
			return errors.New(s)
		}
		events = events || strings.HasPrefix(s, "livevox_call_queue_seconds_count ")
	}
	if !events {
		return errors.New("no call has ended")
	}
	return nil
}

// survives kills the collector, and starts it again when the exporter has noticed. Meanwhile the page continues.
func (p *pushing) survives(t *testing.T) {
	t.Helper()
	p.play(t, "normal")
	failed, taken, logged := p.pushes("failure"), p.pushes("success"), len(p.exporter.printed())
	p.collector.kill()
	eventually(t, "pushes fail, again and again", func() error {
		if n := p.pushes("failure"); n < failed+5 {
			return fmt.Errorf("%v have failed", n-failed)
		}
		return p.complete()
	})
	p.collect(t)
	eventually(t, "pushes succeed again", func() error {
		if n := p.pushes("success"); n < taken+5 {
			return fmt.Errorf("%v have succeeded", n-taken)
		}
		return p.complete()
	})
	log := p.exporter.printed()[logged:]
	for _, message := range []string{`msg="push failed"`, `msg="push succeeds again"`} {
		if n := strings.Count(log, message); n != 1 {
			t.Errorf("the log says %d times %s:\n%s", n, message, log)
		}
	}
}

// documented holds the table of names in docs/opentelemetry.md against what was received.
func documented(t *testing.T, metrics map[string]told) {
	t.Helper()
	_, table, _ := strings.Cut(text(t, "../docs/opentelemetry.md"), "| on the page | pushed as | unit | kind of data |\n|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	code := regexp.MustCompile("`([^`]+)`")
	rows := 0
	for row := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
		for i, page := range code.FindAllStringSubmatch(cells[0], -1) {
			want := told{page: page[1], kind: strings.TrimSpace(cells[3])}
			pushed := page[1]
			if names := code.FindAllStringSubmatch(cells[1], -1); len(names) > 0 {
				pushed = names[i][1]
			}
			if unit := code.FindStringSubmatch(cells[2]); unit != nil {
				want.unit = unit[1]
			}
			want.kind, _, _ = strings.Cut(want.kind, ":")
			if got := metrics[pushed]; got != want {
				t.Errorf("docs/opentelemetry.md has %+v as %s, and received was %+v", want, pushed, got)
			}
			rows++
		}
	}
	if rows < 8 {
		t.Errorf("the table of names has %d metrics", rows)
	}
}
