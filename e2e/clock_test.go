package e2e

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	clientprometheus "github.com/prometheus/client_golang/prometheus"
	httpconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	ruleengine "github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/scrape"
	"github.com/prometheus/prometheus/util/logging"
	"github.com/prometheus/prometheus/util/teststorage"
)

// quickPrometheus is a Prometheus on the virtual clock of testing/synctest: its own scrape manager, storage, engine and
// rule manager, joined as its main function joins them, so that hours take seconds. It scrapes over pipes instead of
// sockets, on which a virtual clock can't wait.
type quickPrometheus struct {
	db      *teststorage.TestStorage
	engine  *promql.Engine
	scraper *scrape.Manager
	rules   *ruleengine.Manager
	close   func()
}

// quickInterval is how often it evaluates rules, which is what Prometheus does by default. It scrapes twice as often.
const quickInterval = time.Minute

const quickConfig = `global: {scrape_interval: 30s, scrape_timeout: 10s, evaluation_interval: 1m}
scrape_configs: [{job_name: contactcenter}]
`

// startQuick scrapes a page every 30 s and evaluates the rules of files once a minute.
func startQuick(t *testing.T, page http.Handler, rulesFiles ...string) *quickPrometheus {
	t.Helper()
	return startQuickOn(t, teststorage.New(t), page, rulesFiles...)
}

// startQuickOn does so with a storage that may hold a past.
func startQuickOn(t *testing.T, db *teststorage.TestStorage, page http.Handler, rulesFiles ...string) *quickPrometheus {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	p := &quickPrometheus{db: db, engine: promqltest.NewTestEngine(t, false, 0, 50_000_000)}
	p.rules = ruleengine.NewManager(&ruleengine.ManagerOptions{
		Appendable: p.db, Queryable: p.db, QueryFunc: ruleengine.EngineQueryFunc(p.engine, p.db), Context: t.Context(), Logger: quiet,
		NotifyFunc: func(context.Context, string, ...*ruleengine.Alert) {}, OutageTolerance: time.Hour, ForGracePeriod: 10 * time.Minute,
		ResendDelay: time.Minute, Registerer: clientprometheus.NewRegistry(), Parser: promQL,
	})
	if err := p.rules.Update(quickInterval, rulesFiles, labels.EmptyLabels(), "http://localhost:9090", nil); err != nil {
		t.Fatal(err)
	}
	var dial func(context.Context, string, string) (net.Conn, error)
	dial, p.close = servePipes(page)
	var err error
	p.scraper, err = scrape.NewManager(
		&scrape.Options{HTTPClientOptions: []httpconfig.HTTPClientOption{httpconfig.WithDialContextFunc(dial)}},
		quiet, logging.NewJSONFileLogger, nil, p.db, clientprometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(quickConfig, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.scraper.ApplyConfig(c); err != nil {
		t.Fatal(err)
	}
	targets := make(chan map[string][]*targetgroup.Group, 1)
	targets <- map[string][]*targetgroup.Group{"contactcenter": {{Targets: []model.LabelSet{{model.AddressLabel: "exporter:9925"}}}}}
	go p.scraper.Run(targets) //nolint:errcheck // it returns nil
	go p.rules.Run()
	return p
}

func (p *quickPrometheus) stop() {
	p.rules.Stop()
	p.scraper.Stop()
	p.close()
}

// span evaluates an expression at each step of a span of time.
func (p *quickPrometheus) span(t *testing.T, expr string, from, to time.Time, step time.Duration) promql.Matrix {
	t.Helper()
	query, err := p.engine.NewRangeQuery(t.Context(), p.db, nil, expr, from, to, step)
	if err != nil {
		t.Fatal(err)
	}
	defer query.Close()
	matrix, err := query.Exec(t.Context()).Matrix()
	if err != nil {
		t.Fatal(err)
	}
	series := make(promql.Matrix, len(matrix))
	for i, s := range matrix {
		series[i] = promql.Series{Metric: s.Metric, Floats: append([]promql.FPoint(nil), s.Floats...)}
	}
	return series
}

// pipes is a listener whose connections are pipes.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// servePipes starts a server, and returns how to reach and how to stop it.
func servePipes(h http.Handler) (dial func(context.Context, string, string) (net.Conn, error), stop func()) {
	l := &pipes{accept: make(chan net.Conn), closed: make(chan struct{})}
	s := httptest.NewUnstartedServer(h)
	s.Listener.Close()
	s.Listener = l
	s.Start()
	return l.dial, s.Close
}

func (l *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	server, client := net.Pipe()
	select {
	case l.accept <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
