package backfill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/exp/api/remote"
	writev2 "github.com/prometheus/client_golang/exp/api/remote/genproto/v2"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// Remote is a server that takes samples by remote write: version 2, or 1 where it doesn't
// know that.
type Remote struct {
	api    *remote.API
	status *statusNoted
	v1     bool
}

// remoteTimeout is that of one request.
const remoteTimeout = time.Minute

// NewRemote returns the server at a URL. headers are sent with each request.
func NewRemote(address string, headers http.Header) (*Remote, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("remote-write needs a URL such as http://prometheus:9090/api/v1/write")
	}
	r := &Remote{status: &statusNoted{headers: headers}}
	client := &http.Client{
		Transport: r.status, Timeout: remoteTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r.api, err = remote.NewAPI(address, remote.WithAPIHTTPClient(client), remote.WithAPIPath(""))
	return r, err
}

// statusNoted sends requests with headers and notes the status of the newest answer.
type statusNoted struct {
	headers http.Header
	newest  int
}

// RoundTrip implements http.RoundTripper.
func (s *statusNoted) RoundTrip(r *http.Request) (*http.Response, error) {
	for name, values := range s.headers {
		r.Header[name] = values
	}
	s.newest = 0
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		s.newest = answer.StatusCode
	}
	return answer, err
}

// remoteBatch is the number of samples of one request.
const remoteBatch = 5000

// Write is a Job.Write that sends the samples of a day.
func (r *Remote) Write(ctx context.Context, d Day) error {
	var batch []Series
	size := 0
	send := func() error {
		if size == 0 {
			return nil
		}
		err := r.send(ctx, batch)
		batch, size = batch[:0], 0
		return err
	}
	err := d.All(func(s Series) error {
		for points := s.Points; len(points) > 0; {
			n := min(len(points), remoteBatch-size)
			// Points are valid until the next series only.
			batch = append(batch, Series{s.Desc, s.Name, s.Labels, append([]Point(nil), points[:n]...)})
			points, size = points[n:], size+n
			if size == remoteBatch {
				if err := send(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return send()
}

// send sends one request, again where that can help.
func (r *Remote) send(ctx context.Context, batch []Series) error {
	var err error
	if !r.v1 {
		_, err = r.api.Write(ctx, remote.WriteV2MessageType, requestV2(batch))
		r.v1 = err != nil && r.status.newest == http.StatusUnsupportedMediaType
	}
	if r.v1 {
		_, err = r.api.Write(ctx, remote.WriteV1MessageType, requestV1(batch))
	}
	return r.explain(ctx, err)
}

// explain says what to do about an error. Answers are not cited.
func (r *Remote) explain(ctx context.Context, err error) error {
	switch status := r.status.newest; {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case status == 0:
		return fmt.Errorf("remote write: no answer: %w", err)
	case status == http.StatusBadRequest && tooOld(err.Error()):
		return errors.New("remote write: the server takes no samples that are this old: let its out-of-order window reach back to --from " +
			"(Prometheus: storage.tsdb.out_of_order_time_window: 27w; Mimir: out_of_order_time_window), or write blocks with --output=openmetrics:DIRECTORY")
	default:
		return fmt.Errorf("remote write: the server answers with status %d", status)
	}
}

// tooOld reports whether the text of an error is that of samples that come too late.
func tooOld(text string) bool {
	text = strings.ToLower(text)
	for _, of := range []string{"out of order", "out-of-order", "too old", "out of bounds", "too far in the past"} {
		if strings.Contains(text, of) {
			return true
		}
	}
	return false
}

// requestV2 is a request of version 2.
func requestV2(batch []Series) *writev2.Request {
	symbols := writev2.NewSymbolTable()
	q := &writev2.Request{}
	var names []string
	for _, s := range batch {
		names = names[:0]
		for _, l := range s.all() {
			names = append(names, l.Name, l.Value)
		}
		t := &writev2.TimeSeries{
			LabelsRefs: symbols.SymbolizeLabels(names, nil),
			Metadata:   &writev2.Metadata{Type: writev2.Metadata_METRIC_TYPE_GAUGE, HelpRef: symbols.Symbolize(s.Desc.Help)},
		}
		switch s.Desc.Kind {
		case metric.Counter:
			t.Metadata.Type = writev2.Metadata_METRIC_TYPE_COUNTER
		case metric.Histogram:
			t.Metadata.Type = writev2.Metadata_METRIC_TYPE_HISTOGRAM
		}
		for _, p := range s.Points {
			t.Samples = append(t.Samples, &writev2.Sample{Value: p.Value, Timestamp: p.At})
		}
		q.Timeseries = append(q.Timeseries, t)
	}
	q.Symbols = symbols.Symbols()
	return q
}

// all returns the labels with the name, which sorts before them.
func (s Series) all() []Label { return append([]Label{{"__name__", s.Name}}, s.Labels...) }
