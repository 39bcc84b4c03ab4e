package command

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/google/uuid"
	"github.com/prometheus/common/version"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/otlp"
)

// pusher runs the OTLP push that the configuration describes.
type pusher struct {
	env    func(string) string
	gather func() []metric.Batch
	id     string // service.instance.id
	log    log.Logger

	mu      sync.Mutex
	running *otlp.Push
	config  *config.OTLP
}

// stopPush bounds the last push of all.
const stopPush = 2 * time.Second

// instanceID returns an id that stays the same as long as the key of the state.
func instanceID(key []byte) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, append([]byte("service.instance.id"), key...)).String()
}

// prepare starts the push that c describes, if it differs from the running one.
// commit replaces the running one by it, cancel stops it again.
func (p *pusher) prepare(c *config.OTLP) (commit, cancel func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	nothing := func() {}
	if reflect.DeepEqual(c, p.config) {
		return nothing, nothing, nil
	}
	var next *otlp.Push
	if c != nil {
		if next, err = otlp.Start(context.Background(), p.options(c)); err != nil {
			return nothing, nothing, fmt.Errorf("otlp: %w", err)
		}
	}
	return func() { p.end(p.swap(next, c)) }, func() { p.end(next) }, nil
}

// swap makes next the running push and returns the previous one.
func (p *pusher) swap(next *otlp.Push, c *config.OTLP) *otlp.Push {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.running
	p.running, p.config = next, c
	return old
}

func (p *pusher) options(c *config.OTLP) otlp.Options {
	o := otlp.Options{
		Endpoint:   c.Endpoint,
		Interval:   c.Interval,
		Version:    version.Version,
		InstanceID: p.id,
		Gather:     p.gather,
		Log:        func(msg string, kv ...any) { level.Warn(p.log).Log(append([]any{"msg", msg}, kv...)...) },
		Env:        p.env,
		Traces:     p.env("OTEL_TRACES_EXPORTER") == "otlp",
	}
	if c.ProxyURL.Set() {
		o.Proxy = c.ProxyURL.Read
	}
	if len(c.Headers) > 0 {
		o.Headers = func() map[string]string {
			headers := map[string]string{}
			for k, v := range c.Headers {
				headers[k] = v.Read()
			}
			return headers
		}
	}
	return o
}

// push returns the running push; nil, whose methods do nothing, if there is none.
func (p *pusher) push() *otlp.Push {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

// traceFetch begins the trace of a fetch, if fetches are traced.
func (p *pusher) traceFetch(ctx context.Context, vendor, account, source string) (context.Context, func(error, int)) {
	return p.push().Fetch(ctx, vendor, account, source)
}

func (p *pusher) stop() { p.end(p.swap(nil, nil)) }

func (p *pusher) end(old *otlp.Push) {
	ctx, cancel := context.WithTimeout(context.Background(), stopPush)
	defer cancel()
	if err := old.Stop(ctx); err != nil {
		level.Warn(p.log).Log("msg", "last push failed", "err", err)
	}
}
