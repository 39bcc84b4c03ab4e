package crash

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// scrapeEvery is how often an exporter is scraped in the long form, else half as often.
const scrapeEvery = 100 * time.Millisecond

// history is what a scraper sees of an exporter over all its lives.
type history struct {
	mu      sync.Mutex
	series  map[string]*series
	gauges  map[string]float64 // of the newest scrape
	scrapes int
	slowest time.Duration
	wrong   []string
	records bool // keeps all samples
	at      time.Time
	every   time.Duration // between scrapes
	reloads bool          // of accounts that change: what is not durable restarts
}

// series is a counter, or a part of a histogram, as Prometheus would see it.
type series struct {
	value   float64
	created time.Time
	first   float64
	// increase and resets are those of PromQL over all samples: a sample that is
	// lower than the one before counts whole.
	increase float64
	resets   int

	durable bool // it has to outlast the process
	scrape  int  // the newest with it

	// What a history that records has besides.
	labels  map[string]string
	samples []seen
	edge    bool // the next sample is the first of a process
}

func newHistory() *history {
	h := &history{series: map[string]*series{}, records: os.Getenv(historyFile) != "", every: scrapeEvery}
	if os.Getenv("CRASH_KILLS") == "" && os.Getenv("REPLICA_KILLS") == "" {
		h.every *= 2 // scrapes are half of what the short form costs
	}
	return h
}

// follow scrapes until the process has ended.
func (h *history) follow(url string, ended <-chan struct{}) {
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	for ticker := time.NewTicker(h.every); ; {
		begin := time.Now()
		if body, err := readPage(client, url); err == nil {
			h.keep(body, time.Since(begin))
		} else if errors.As(err, new(statusError)) {
			h.complain(err.Error())
		}
		select {
		case <-ticker.C:
		case <-ended:
			ticker.Stop()
			return
		}
	}
}

// forget forgets the series that end with the process.
func (h *history) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.series, func(_ string, s *series) bool { return !s.durable })
	for _, s := range h.series {
		s.turn()
	}
	h.gauges = nil
}

type statusError string

func (e statusError) Error() string { return "a scrape was answered with " + string(e) }

// readPage returns a complete page; what breaks off no Prometheus takes.
func readPage(client *http.Client, url string, timeout ...string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", append(timeout, "0.001")[0]) // by default don't wait for the first answers
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// keep takes a page and how long it took.
func (h *history) keep(page []byte, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.scrapes++
	h.at = time.Now()
	h.slowest = max(h.slowest, took)
	h.gauges = map[string]float64{}
	for in := expfmt.NewDecoder(bytes.NewReader(page), expfmt.NewFormat(expfmt.TypeProtoDelim)); ; {
		var f dto.MetricFamily
		if err := in.Decode(&f); err != nil {
			if !errors.Is(err, io.EOF) {
				h.wrong = append(h.wrong, "a page can't be read: "+err.Error())
			}
			break
		}
		for _, m := range f.Metric {
			h.metric(f.GetName(), m)
		}
	}
	for key, s := range h.series {
		if s.scrape != h.scrapes && s.scrape > 0 && (s.durable || !h.reloads) {
			h.wrong = append(h.wrong, key+" has gone")
			s.scrape = 0 // said once
		}
	}
}

func (h *history) metric(name string, m *dto.Metric) {
	switch {
	case m.Gauge != nil:
		h.gauges[keyOf(name, m)] = m.Gauge.GetValue()
	case m.Counter != nil:
		h.sample(name, m, "", m.Counter.GetValue(), m.Counter.GetCreatedTimestamp().AsTime())
	case m.Histogram != nil:
		since := m.Histogram.GetCreatedTimestamp().AsTime()
		h.sample(name, m, "_count", float64(m.Histogram.GetSampleCount()), since)
		h.sample(name, m, "_sum", m.Histogram.GetSampleSum(), since)
		for _, b := range m.Histogram.Bucket {
			h.sample(name, m, fmt.Sprint("_bucket ", b.GetUpperBound()), float64(b.GetCumulativeCount()), since)
		}
	}
}

// sample takes one value of a counter.
func (h *history) sample(name string, m *dto.Metric, part string, v float64, created time.Time) {
	key := keyOf(name+part, m)
	s := h.series[key]
	if s == nil {
		s = &series{value: v, first: v, created: created, durable: durable(name), labels: labelsOf(name+part, m)}
		h.series[key] = s
	}
	if h.records && s.durable && !strings.HasPrefix(part, "_bucket") {
		s.remember(h.at, v)
	}
	s.scrape = h.scrapes
	if !s.durable && h.reloads {
		s.value, s.created = v, created
		return
	}
	s.increase += v - s.value
	if v < s.value {
		s.increase += s.value
		s.resets++
		h.wrong = append(h.wrong, fmt.Sprintf("%s fell from %v to %v", key, s.value, v))
	}
	if created.Before(s.created) || s.durable && !created.Equal(s.created) {
		h.wrong = append(h.wrong, fmt.Sprintf("%s began at %s and then at %s", key, s.created, created))
	}
	s.value, s.created = v, created
}

// durable reports whether a counter is one of the vendor's or of a feed. The
// others are about the process and restart with it.
func durable(name string) bool {
	return strings.HasPrefix(name, "livevox_") || strings.HasPrefix(name, "liveperson_") || strings.HasPrefix(name, "contactcenter_feed_")
}

// keyOf names a series by its labels, without those of the account if that is the
// one that most tests have.
func keyOf(name string, m *dto.Metric) string {
	var labels []string
	for _, l := range m.Label {
		if l.GetName() != "vendor" && (l.GetName() != "account" || l.GetValue() != "dialer") {
			labels = append(labels, l.GetName()+"="+l.GetValue())
		}
	}
	slices.Sort(labels)
	return name + "{" + strings.Join(labels, ",") + "}"
}

func (h *history) complain(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wrong = append(h.wrong, what)
}

// problems returns what was wrong with what was seen, at most a few things.
func (h *history) problems() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.wrong[:min(len(h.wrong), 10)])
}

// counters returns the newest values of all durable counters.
func (h *history) counters() map[string]series {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[string]series{}
	for key, s := range h.series {
		if s.durable {
			out[key] = *s
		}
	}
	return out
}

// counter returns the newest value of a counter; 0 if there is none.
func (h *history) counter(key string) float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.series[key]; s != nil {
		return s.value
	}
	return 0
}

// gauge returns a gauge of the newest scrape of this process, and whether it was
// there.
func (h *history) gauge(key string) (float64, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v, ok := h.gauges[key]
	return v, ok
}

// stands returns where the feeds stand, and whether that is at a time or later.
// That of interactions need not be there if all of it is counted: a stream says
// where it is only every ten seconds.
func (h *history) stands(at time.Time, counted func(*history) bool) (text string, done bool) {
	done = true
	for _, source := range []string{"agent_events", "interaction_events"} {
		upTo, ok := h.gauge("contactcenter_feed_cursor_timestamp_seconds{source=" + source + "}")
		up, _ := h.gauge("contactcenter_source_up{source=" + source + "}")
		there := ok && upTo >= float64(at.Unix())
		done = done && (there || ok && source == "interaction_events" && counted(h))
		text += fmt.Sprintf("%s: %v events, up to %s, up %v\n", source,
			h.counter("contactcenter_feed_events_total{source="+source+"}"), time.UnixMilli(int64(upTo*1e3)).UTC(), up)
	}
	return text, done
}

// pages returns how many scrapes succeeded, and how long the slowest took.
func (h *history) pages() (n int, slowest time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.scrapes, h.slowest
}

// take takes what is gathered without a page.
func (h *history) take(batches []metric.Batch) {
	for _, b := range batches {
		for _, s := range b.Samples {
			if s.Desc.Kind != metric.Counter && s.Desc.Kind != metric.Histogram {
				continue
			}
			var m dto.Metric
			for i, name := range s.Desc.Labels {
				if s.Labels[i] != "" {
					m.Label = append(m.Label, &dto.LabelPair{Name: &name, Value: &s.Labels[i]})
				}
			}
			if s.Histogram == nil {
				h.sample(s.Desc.Name, &m, "", s.Value, s.Since())
				continue
			}
			h.sample(s.Desc.Name, &m, "_count", float64(s.Histogram.Count), s.Since())
			h.sample(s.Desc.Name, &m, "_sum", s.Histogram.Sum, s.Since())
		}
	}
}
